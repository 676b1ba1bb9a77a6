/** The parts that we use of libraries without types. */

declare module "videojs-vtt.js/lib/vtt.js" {
  interface Decoder {
    decode(text?: string): string;
  }

  /** Reads a WebVTT file in pieces. */
  interface Parser {
    readonly state: string;
    oncue?: (cue: import("./web-vtt.js").LibraryCue) => void;
    onparsingerror?: (error: Error) => void;
    parse(text: string): this;
  }

  const WebVTT: {
    Parser: new (window: object, vttjs: object, decoder: Decoder) => Parser;
  };
  export default WebVTT;
}

declare module "videojs-vtt.js/lib/vttregion.js" {
  const VTTRegion: object;
  export default VTTRegion;
}

declare module "imsc/src/main/js/doc.js" {
  const imscDoc: {
    fromXML(
      text: string,
      errors: import("./ttml-tree.js").LibraryErrors,
    ): import("./ttml-tree.js").LibraryDocument;
  };
  export default imscDoc;
}
