import { describe, expect, test } from "vitest";
import { colourFilters } from "../../src/plan/colour-filters.js";
import { rungFilters } from "../../src/plan/filters.js";
import { sourceVideo } from "../support/sources.js";

const HD = { width: 1280, height: 720 };

describe("colours that BT.709 in 8 bits cannot hold", () => {
  test("are few: an ordinary picture is left alone", () => {
    expect(colourFilters(sourceVideo(), HD)).toEqual({
      filters: [],
      frame: sourceVideo(),
    });
  });

  test.for(["smpte2084", "arib-std-b67"])(
    "of HDR (%s) are tone-mapped at the highest rung's size",
    (colorTransfer) => {
      const hdr = sourceVideo({ colorTransfer, colorMatrix: "bt2020nc" });
      const { filters, note } = colourFilters(hdr, HD);
      expect(filters[0]).toContain(
        `zscale=w=1280:h=720:f=bicubic:tin=${colorTransfer}:`,
      );
      expect(filters).toContain("tonemap=tonemap=hable:desat=0");
      expect(note).toContain(colorTransfer);
      expect(rungFilters(hdr, HD, HD)).toEqual(["format=yuv420p", "setsar=1"]);
    },
  );

  test("of BT.2020 in standard range keep their light in other primaries", () => {
    const wide = sourceVideo({
      colorPrimaries: "bt2020",
      pixelFormat: "yuv420p10le",
    });
    const { filters, note } = colourFilters(wide, HD);
    expect(filters).toEqual([
      "colorspace=all=bt709:iall=bt2020:irange=tv:range=tv:format=yuv420p",
    ]);
    expect(note).toBe("wide colours (BT.2020) brought to BT.709");
  });

  test.for(["yuva420p", "rgba", "gbrap10le", "pal8", "ya8"])(
    "with transparency (%s) are laid over black",
    (pixelFormat) => {
      const { filters } = colourFilters(sourceVideo({ pixelFormat }), HD);
      expect(filters.at(-1)).toBe("premultiply=inplace=1");
    },
  );
});
