import { MiB } from "../../lib/fields/field";
import { median } from "../runner/median";
import type { BenchResult } from "../runner/result";
import type { BrowserUpload } from "./browser-upload";

/** Seconds of curl and of a page without a client; CPU seconds of a hash alone, by Node's HTTP client and by our own reading. */
export type BaselineTimes = { curl: number; page: number; bareCpu: number; leastCpu: number };
export type AppTimes = BrowserUpload & { sendingCpu: number; completingCpu: number; serverMemory: number };
export type BenchRound = BaselineTimes & AppTimes;
/** curl's seconds to ours, over a line of so many bytes a second. */
export type ThrottledResult = { rate: number; share: number };
/** CPU seconds of the application for a file in one piece. */
export type SinglePutCpu = {
  withReadBack: number;
  withStoreChecksum: number;
  firstWithStoreChecksum: number;
};
/** `huge`: a file of twice the size, once. */
type OtherMeasurements = SinglePutCpu & { throttled: ThrottledResult; largeFile: AppTimes };

/** The medians of what was measured with a file of `size` bytes, and the goals beside them. */
export function formatReport(
  name: string,
  size: number,
  rounds: BenchRound[],
  others: OtherMeasurements,
): BenchResult {
  const of = (key: keyof BenchRound) => median(rounds.map((each) => each[key]));
  const rate = (seconds: number) => Math.round(size / MiB / seconds);
  const share = median(rounds.map((each) => each.curl / each.seconds));
  const sharePage = median(rounds.map((each) => each.page / each.seconds));
  const parts = median(rounds.map((each) => (each.sendingCpu + each.completingCpu) / each.bareCpu));
  const piece = others.withReadBack / of("bareCpu");
  const row = (what: string, seconds: number, cpu: number | "") => ({
    "1 GiB to Ceph": what,
    s: Number(seconds.toFixed(2)),
    "MiB/s": rate(seconds),
    "app CPU s": cpu === "" ? "" : Number(cpu.toFixed(3)),
  });
  const cpuRow = (what: string, cpu: number) => ({
    "1 GiB to Ceph": what,
    s: "",
    "MiB/s": "",
    "app CPU s": Number(cpu.toFixed(3)),
  });
  const goal = (what: string, goal: string, measured: string, met: boolean) => ({
    what,
    goal,
    measured,
    met,
  });
  const { largeFile: huge, throttled: line, ...pieces } = others;
  const browser = Math.max(of("memory"), huge.memory);
  const server = Math.max(of("serverMemory"), huge.serverMemory);
  return {
    name,
    rows: [
      row("curl -T", of("curl"), ""),
      row("by a bare page in the same browser, the same parts", of("page"), ""),
      row("by browser, in parts of 32 MiB", of("seconds"), of("sendingCpu")),
      row("a file of 2 GiB in the same way, for each GiB", huge.seconds / 2, huge.sendingCpu / 2),
      row("then made a file of, read back", of("completing"), of("completingCpu")),
      cpuRow("bare stream-and-hash of the same object", of("bareCpu")),
      cpuRow("the same over a bare connection, in one buffer", of("leastCpu")),
      cpuRow("in one piece, read back", pieces.withReadBack),
      cpuRow("in one piece, the store vouching", pieces.withStoreChecksum),
      cpuRow("the same, the first of a process (33 MiB)", pieces.firstWithStoreChecksum),
    ],
    goals: [
      goal("throughput by browser beside curl", "at least 0.9", share.toFixed(2), share >= 0.9),
      goal(
        "throughput by browser beside a bare page",
        "at least 0.9",
        sharePage.toFixed(2),
        sharePage >= 0.9,
      ),
      goal(
        `the same over a line of ${(line.rate * 8) / 1e6} Mbit/s, 512 MiB`,
        "at least 0.9",
        line.share.toFixed(2),
        line.share >= 0.9,
      ),
      goal(
        "CPU where the store vouches",
        "at most 0.01 s/GiB",
        `${pieces.withStoreChecksum.toFixed(3)} s`,
        pieces.withStoreChecksum <= 0.01,
      ),
      goal("CPU where it is read, one piece, beside bare", "at most 1.3", piece.toFixed(2), piece <= 1.3),
      goal("CPU where it is read, in parts, beside bare", "at most 1.3", parts.toFixed(2), parts <= 1.3),
      goal(
        "memory of the browser above idle, 1 and 2 GiB",
        "under 150 MiB",
        `${browser.toFixed(0)} MiB`,
        browser < 150,
      ),
      goal(
        "memory of the server above idle, 1 and 2 GiB",
        "under 50 MiB",
        `${server.toFixed(0)} MiB`,
        server < 50,
      ),
    ],
  };
}
