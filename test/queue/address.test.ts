import { describe, expect, test } from "vitest";
import { PackError } from "../../src/errors.js";
import { chooseStore, queueAddress } from "../../src/queue/address.js";
import { withoutPassword } from "../../src/queue/knock.js";
import { optional } from "../../src/queue/libraries.js";

describe("the address of the queue", () => {
  test("is shown without its password", () => {
    const url = "redis://me:s3cret@10.0.0.5:6380/2";
    const { kind, shown } = queueAddress("redis", url, "--redis");
    expect([kind, shown]).toEqual(["redis", "Redis at 10.0.0.5:6380"]);
    const other = queueAddress("postgres", "postgres://a:b@db/x", "--postgres");
    expect(other.shown).toBe("PostgreSQL at db:5432");
  });

  test.for([
    ...["redis:s3cret", "postgres://me:s3cret@host", "s3cret@host:6379"],
    ...["redis://", "redis://me:s3/cret@host", "redis://:cret%@host"],
  ])("that is wrong is not repeated: %s", (text) => {
    const error = thrownBy(() => queueAddress("redis", text, "--redis"));
    expect(error).toMatchObject({ code: "usage" });
    expect(JSON.stringify(error) + String(error)).not.toContain("cret");
  });

  test("on the command line comes before the environment", () => {
    const redis = queueAddress("redis", "redis://one", "--redis");
    const environment = { MSS_PACK_POSTGRES: "postgres://two" };
    expect(chooseStore({ redis }, environment)).toBe(redis);
    expect(chooseStore({}, environment).shown).toBe("PostgreSQL at two:5432");
  });

  test("is given once", () => {
    const redis = queueAddress("redis", "redis://one", "--redis");
    const postgres = queueAddress("postgres", "postgres://two", "--postgres");
    const none = thrownBy(() => chooseStore({}, {}));
    const both = thrownBy(() => chooseStore({ redis, postgres }, {}));
    expect(none).toMatchObject({ code: "usage" });
    expect(both).toMatchObject({ code: "usage" });
  });
});

test("words of clients are repeated without the password", () => {
  const url = "redis://:a%25b@host";
  const text = `no a%b at ${url}, a%25b`;
  expect(withoutPassword(text, url)).toBe("no *** at ***, ***");
});

test("a package that is missing is told with the line that installs it", async () => {
  const missing = Object.assign(new Error("Cannot find package 'pg'"), {
    code: "ERR_MODULE_NOT_FOUND",
  });
  const loading = optional("postgres", () => Promise.reject(missing));
  await expect(loading).rejects.toMatchObject({
    code: "tool",
    hint: expect.stringContaining(
      "npm install bullmq@6.7.0 pg@8.23.1",
    ) as string,
  });
});

function thrownBy(work: () => unknown): PackError {
  try {
    work();
  } catch (error) {
    if (error instanceof PackError) return error;
  }
  throw new Error("nothing was thrown");
}
