import { MiB } from "../../lib/fields/field";
import { median } from "../runner/median";
import type { BenchResult } from "../runner/result";
import type { BrowserUpload } from "./browser-upload";

/**
 * Seconds of curl and of a page without a client. CPU seconds to read and hash an object, with
 * Node's HTTP client (`streamCpu`) and from the socket (`socketCpu`).
 */
export type BaselineTimes = { curl: number; page: number; streamCpu: number; socketCpu: number };
export type AppTimes = BrowserUpload & { uploadCpu: number; completionCpu: number; serverMemory: number };
export type BenchRound = BaselineTimes & AppTimes;
/** Ratio of curl's seconds to the application's, on a limited connection. */
export type ThrottledResult = { bytesPerSecond: number; ratio: number };
/** CPU seconds of the application for a single PUT. */
export type SinglePutCpu = {
  withReadBack: number;
  withStoreChecksum: number;
  firstWithStoreChecksum: number;
};
/** `largeFile` is a file of twice the size, uploaded once. */
type OtherMeasurements = SinglePutCpu & { throttled: ThrottledResult; largeFile: AppTimes };

/** Formats the medians of the rounds with a file of `size` bytes, and the goals. */
export function formatReport(
  name: string,
  size: number,
  rounds: BenchRound[],
  others: OtherMeasurements,
): BenchResult {
  const of = (key: keyof BenchRound) => median(rounds.map((each) => each[key]));
  const rate = (seconds: number) => Math.round(size / MiB / seconds);
  const curlRatio = median(rounds.map(({ curl, seconds }) => curl / seconds));
  const pageRatio = median(rounds.map(({ page, seconds }) => page / seconds));
  const multipartCpu = median(
    rounds.map(({ uploadCpu, completionCpu, streamCpu }) => (uploadCpu + completionCpu) / streamCpu),
  );
  const singlePutCpu = others.withReadBack / of("streamCpu");
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
  const { largeFile, throttled, ...singlePut } = others;
  const browser = Math.max(of("memory"), largeFile.memory);
  const server = Math.max(of("serverMemory"), largeFile.serverMemory);
  return {
    name,
    rows: [
      row("curl -T", of("curl"), ""),
      row("baseline page in the same browser, same parts", of("page"), ""),
      row("browser, parts of 32 MiB", of("seconds"), of("uploadCpu")),
      row("browser, a file of 2 GiB, per GiB", largeFile.seconds / 2, largeFile.uploadCpu / 2),
      row("completion, object read", of("completing"), of("completionCpu")),
      cpuRow("baseline: read and hash by HTTP client", of("streamCpu")),
      cpuRow("baseline: read and hash from the socket", of("socketCpu")),
      cpuRow("single PUT, object read", singlePut.withReadBack),
      cpuRow("single PUT, SHA-256 from the store", singlePut.withStoreChecksum),
      cpuRow("the same, first upload of a process (33 MiB)", singlePut.firstWithStoreChecksum),
    ],
    goals: [
      goal("browser throughput, ratio to curl", "at least 0.9", curlRatio.toFixed(2), curlRatio >= 0.9),
      goal(
        "browser throughput, ratio to the baseline page",
        "at least 0.9",
        pageRatio.toFixed(2),
        pageRatio >= 0.9,
      ),
      goal(
        `ratio to curl at ${(throttled.bytesPerSecond * 8) / 1e6} Mbit/s, 512 MiB`,
        "at least 0.9",
        throttled.ratio.toFixed(2),
        throttled.ratio >= 0.9,
      ),
      goal(
        "CPU with a SHA-256 from the store",
        "at most 0.01 s/GiB",
        `${singlePut.withStoreChecksum.toFixed(3)} s`,
        singlePut.withStoreChecksum <= 0.01,
      ),
      goal(
        "CPU of a single PUT, ratio to the baseline",
        "at most 1.3",
        singlePutCpu.toFixed(2),
        singlePutCpu <= 1.3,
      ),
      goal(
        "CPU of a multipart upload, ratio to the baseline",
        "at most 1.3",
        multipartCpu.toFixed(2),
        multipartCpu <= 1.3,
      ),
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
