"use client";

import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { announce } from "../announce";
import { Button } from "../button";
import { buttonClass } from "../button-class";
import { Disclosure } from "../disclosure";
import { TextArea } from "../field";
import { FileInput } from "../uploads/file-picker";
import { type AddressList, parseAddressList, type UnusedAddress } from "./parse-address-list";
import { readTextFile } from "./read-text-file";

/** A longer text would make the browser slow. A list of 100,000 people has about 5 MB. */
const MAX_FILE_BYTES = 20 * 1024 * 1024;

/**
 * A list of e-mail addresses: pasted, from a text or CSV file, or both. Says how many addresses it
 * found, and which lines it does not use. Calls `onChange` with the addresses of both.
 */
export function AddressListField({
  name,
  label,
  hint,
  error,
  defaultValue = "",
  onChange,
}: {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  defaultValue?: string;
  onChange: (list: AddressList) => void;
}) {
  const [typed, setTyped] = useState(defaultValue);
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [fileError, setFileError] = useState<string | null>(null);
  const area = useRef<HTMLDivElement>(null);
  const text = useDeferredValue(file ? `${typed}\n${file.text}` : typed);
  const list = useMemo(() => parseAddressList(text), [text]);
  useEffect(() => onChange(list), [list, onChange]);

  // Takes up what was pasted before this script had loaded.
  useEffect(() => {
    const early = area.current?.querySelector("textarea")?.value;
    if (early) setTyped(early);
  }, []);

  async function addFile(chosen: File) {
    setFileError(null);
    if (chosen.size > MAX_FILE_BYTES) {
      setFileError(`${chosen.name} is larger than 20 MB. Split it into several files.`);
      return;
    }
    try {
      const added = { name: chosen.name, text: await readTextFile(chosen) };
      setFile(added);
      announce(`${chosen.name}: ${countOf(parseAddressList(added.text).addresses.length)} found.`);
    } catch {
      setFileError(`${chosen.name} could not be read. Choose it again.`);
    }
  }

  return (
    <div ref={area} className="grid gap-3">
      <TextArea
        name={name}
        label={label}
        hint={hint}
        error={error ?? fileError}
        rows={6}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <FileInput
          icon="upload"
          buttonLabel="Choose a CSV or text file"
          fieldLabel="the list"
          accept=".csv,.tsv,.txt,text/csv,text/plain"
          buttonClassName={buttonClass({ variant: "quiet" })}
          onFiles={([chosen]) => chosen && void addFile(chosen)}
        />
        {file ? (
          <p className="flex flex-wrap items-center gap-x-2">
            <bdi className="wrap-anywhere">{file.name}</bdi>
            <Button variant="plain" className="px-3" onClick={() => setFile(null)}>
              Remove file
            </Button>
          </p>
        ) : null}
      </div>
      {text.trim() ? <ListSummary list={list} /> : null}
    </div>
  );
}

function ListSummary({ list: { addresses, unused } }: { list: AddressList }) {
  const broken = unused.filter(({ why }) => why === "broken");
  const repeated = unused.length - broken.length;
  return (
    <div className="grid gap-1">
      <p role="status" className="tabular">
        {countOf(addresses.length)}
        {repeated > 0 ? ` · ${repeated.toLocaleString("en")} repeated, used once` : ""}
        {broken.length > 0 ? ` · ${broken.length.toLocaleString("en")} without a valid address` : ""}
      </p>
      {broken.length > 0 ? <BrokenLines lines={broken} /> : null}
    </div>
  );
}

const SHOWN_LINES = 100;

function BrokenLines({ lines }: { lines: readonly UnusedAddress[] }) {
  return (
    <Disclosure summary="Lines that are not used">
      <ol className="grid gap-1 text-sm">
        {lines.slice(0, SHOWN_LINES).map(({ line, text }) => (
          <li key={`${line} ${text}`} className="flex gap-3">
            <span className="shrink-0 text-muted tabular">Line {line}</span>
            <span dir="auto" className="wrap-anywhere">
              {text.slice(0, 200)}
            </span>
          </li>
        ))}
      </ol>
      {lines.length > SHOWN_LINES ? (
        <p className="mt-2 text-sm text-muted">
          These are the first {SHOWN_LINES} of {lines.length.toLocaleString("en")} lines.
        </p>
      ) : null}
    </Disclosure>
  );
}

function countOf(addresses: number): string {
  return addresses === 1 ? "1 address" : `${addresses.toLocaleString("en")} addresses`;
}
