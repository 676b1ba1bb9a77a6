/**
 * What `npm test` leaves to `npm run test:all`: the folders whose tests need
 * programs that npm does not bring or run the command a hundred times, and each
 * file elsewhere that calls itself long.
 */
export const LONG = [
  "test/corpus/**/*.test.ts", // every kind of input, encoded
  "test/crash/**/*.test.ts", // runs that are stopped at any moment
  "test/hosting/**/*.test.ts", // other people's caches
  "test/outside/**/*.test.ts", // other people's players
  "test/player/**/*.test.ts", // our page in a browser
  "test/**/*.long.test.ts",
];
