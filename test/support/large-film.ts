import { join } from "node:path";
import { ffmpeg } from "./clip.js";

/** Noise that cannot be compressed, over and over: 170 MB in 5 s, enough for several threads. */
export async function largeFilm(folder: string): Promise<string> {
  const [once, film] = [join(folder, "once.mp4"), join(folder, "film.mp4")];
  await ffmpeg(
    [
      ...["-v", "error", "-nostdin", "-f", "lavfi"],
      ...["-i", "nullsrc=size=1280x720:rate=25,geq=random(1)*255:128:128"],
      ...["-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", "0.4"],
      ...["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast"],
      ...["-qp", "0", "-g", "1", "-c:a", "aac", once],
    ],
    once,
  );
  const args = ["-v", "error", "-stream_loop", "11", "-i", once];
  return ffmpeg([...args, "-c", "copy", film], film);
}
