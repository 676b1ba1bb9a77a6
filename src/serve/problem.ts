/** Why a package cannot be served; the message is one sentence for people. */
export class PackageProblem extends Error {
  override readonly name = "PackageProblem";
}
