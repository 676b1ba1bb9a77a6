// A store in memory on a free port of loopback, for one file of tests. It ends with its standard input.
import { buildApp } from "fauxqs";

const app = buildApp({ logger: false });
await app.listen({ port: 0, host: "127.0.0.1" });
const { port } = app.server.address();
console.log(`http://127.0.0.1:${port}`);
process.stdin.resume().on("end", () => process.exit());
