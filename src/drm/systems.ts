interface System {
  /** For people. */
  readonly label: string;
  /** UUID by which a client recognises its system. */
  readonly systemId: string;
}

/**
 * What is known of each system of licences without loading its code, which a
 * command that only names them need not wait for. index.ts has the rest.
 */
export const SYSTEMS = {
  playready: {
    label: "PlayReady",
    systemId: "9a04f079-9840-4286-ab92-e65be0885f95",
  },
} satisfies Record<string, System>;

export type SchemeName = keyof typeof SYSTEMS;

/** Of a command that protects without being told for which system. */
export const DEFAULT_SYSTEM: SchemeName = "playready";
