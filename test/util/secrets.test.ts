import { expect, test } from "vitest";
import { withoutSecrets, withoutStoreSecrets } from "../../src/util/secrets.js";

const ENVIRONMENT = {
  ...{ PATH: "/bin", AWS_REGION: "eu-central-1", MSS_PACK_KEY: "key" },
  ...{ AWS_SECRET_ACCESS_KEY: "secret", aws_session_token: "token" },
};

test("a program of the user's gets what opens a store, and no key of a package", () => {
  const left = withoutSecrets(ENVIRONMENT);
  expect(Object.keys(left).sort()).toEqual([
    ...["AWS_REGION", "AWS_SECRET_ACCESS_KEY", "PATH", "aws_session_token"],
  ]);
});

test("a program of ours opens no store, in any spelling of Windows", () => {
  expect(withoutStoreSecrets(ENVIRONMENT)).toEqual({
    ...{ PATH: "/bin", AWS_REGION: "eu-central-1", MSS_PACK_KEY: "key" },
  });
});
