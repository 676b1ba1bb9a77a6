/** Notes of the plan that more than one group of inputs has. */

export const VARIABLE =
  /^variable frame rate, [\d.]+ on average, made a constant /;
export const TEN_BITS = /^more than 8 bits a colour reduced to 8$/;
export const FULL_RANGE = /^full-range picture brought to video range$/;
export const DEINTERLACED = /^interlaced picture made progressive/;
export const COVER_ART = /^stream \d+ \(video, \w+\) is left out: cover art$/;
export const ANOTHER_AUDIO =
  /^stream \d+ \(audio, \w+\) is left out: of its language \(und\) stream \d is packaged; --audio all takes both$/;
export const OF_ONE_LANGUAGE =
  /^audio_\w+, audio_\w+_2 are of one language: rx-player shows them alike/;
export const TRANSPARENT =
  /^what is transparent in the picture is shown black$/;
