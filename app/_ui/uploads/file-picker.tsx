"use client";

import { clsx } from "clsx";
import { useEffect, useRef } from "react";
import { type ButtonLook, buttonClass } from "../button-class";
import { Icon, type IconName } from "../icons";
import { VisuallyHidden } from "../visually-hidden";
import type { UploadField } from "./chosen-file";

type Picker = {
  field: Pick<UploadField, "label" | "accept" | "many">;
  onFiles: (files: File[]) => void;
  /** Somebody is about to choose. */
  onOpen?: () => void;
  /** Ids of what says the limits and what went wrong. */
  describedBy?: string;
  invalid?: boolean;
};

/** "Choose a file" and, where a finger is the pointer and pictures are taken, "Take a photo". */
export function FilePickers({
  words = "Choose a file",
  variant = "quiet",
  camera = "environment",
  ...picker
}: Picker & { words?: string; variant?: ButtonLook["variant"]; camera?: "environment" | "user" }) {
  const { label, accept, many } = picker.field;
  return (
    <div className="flex flex-wrap gap-3">
      {accept.includes("image/jpeg") ? (
        // "image/*", since that is what makes a phone open its camera; what it hands over is looked at anyway.
        <FileInput
          {...picker}
          icon="camera"
          words="Take a photo"
          of={label}
          accept="image/*"
          capture={camera}
          look={buttonClass({ variant })}
          className="hidden pointer-coarse:inline-flex"
        />
      ) : null}
      <FileInput
        {...picker}
        icon="upload"
        words={many && words === "Choose a file" ? "Choose files" : words}
        of={label}
        accept={accept.join(",")}
        multiple={many}
        look={buttonClass({ variant })}
      />
    </div>
  );
}

/** A native file input that fills its button: it can be clicked, tabbed to and dropped on like any other. */
export function FileInput({
  icon,
  words,
  of,
  accept,
  multiple = false,
  capture,
  look,
  className,
  describedBy,
  invalid,
  onFiles,
  onOpen,
}: Omit<Picker, "field"> & {
  icon: IconName;
  words: string;
  /** The field's label, for those who hear the button by itself. */
  of: string;
  accept: string;
  multiple?: boolean;
  capture?: "environment" | "user";
  look: string;
  className?: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(onFiles);
  latest.current = onFiles;

  // On a slow line somebody may have chosen before this script arrived.
  useEffect(() => {
    const early = input.current ? takenFrom(input.current) : [];
    if (early.length > 0) latest.current(early);
  }, []);

  return (
    <label
      className={clsx(
        look,
        "relative has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
        className,
      )}
    >
      <Icon name={icon} />
      <span>
        {words}
        <VisuallyHidden> for {of}</VisuallyHidden>
      </span>
      <input
        type="file"
        accept={accept}
        multiple={multiple}
        capture={capture}
        aria-describedby={describedBy}
        aria-invalid={invalid || undefined}
        ref={input}
        onClick={onOpen}
        onChange={({ currentTarget }) => {
          const files = takenFrom(currentTarget);
          if (files.length > 0) onFiles(files);
        }}
        className="absolute inset-0 w-full cursor-pointer opacity-0 file:cursor-pointer"
      />
    </label>
  );
}

/** The chosen files, leaving the input empty, so that the same file can be chosen again after a failure. */
function takenFrom(input: HTMLInputElement): File[] {
  const files = [...(input.files ?? [])];
  input.value = "";
  return files;
}
