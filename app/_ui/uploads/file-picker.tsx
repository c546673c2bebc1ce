"use client";

import { clsx } from "clsx";
import { useEffect, useRef } from "react";
import { type ButtonStyle, buttonClass } from "../button-class";
import { Icon, type IconName } from "../icons";
import { VisuallyHidden } from "../visually-hidden";
import type { UploadField } from "./file-validation";

type FilePickerProps = {
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
  buttonLabel: words = "Choose a file",
  variant = "quiet",
  cameraFacing: camera = "environment",
  ...picker
}: FilePickerProps & { buttonLabel?: string; variant?: ButtonStyle["variant"]; cameraFacing?: "environment" | "user" }) {
  const { label, accept, many } = picker.field;
  return (
    <div className="flex flex-wrap gap-3">
      {accept.includes("image/jpeg") ? (
        // "image/*", since that is what makes a phone open its camera; what it hands over is looked at anyway.
        <FileInput
          {...picker}
          icon="camera"
          buttonLabel="Take a photo"
          fieldLabel={label}
          accept="image/*"
          capture={camera}
          buttonClassName={buttonClass({ variant })}
          className="hidden pointer-coarse:inline-flex"
        />
      ) : null}
      <FileInput
        {...picker}
        icon="upload"
        buttonLabel={many && words === "Choose a file" ? "Choose files" : words}
        fieldLabel={label}
        accept={accept.join(",")}
        multiple={many}
        buttonClassName={buttonClass({ variant })}
      />
    </div>
  );
}

/** A native file input that fills its button: it can be clicked, tabbed to and dropped on like any other. */
export function FileInput({
  icon,
  buttonLabel: words,
  fieldLabel: of,
  accept,
  multiple = false,
  capture,
  buttonClassName: look,
  className,
  describedBy,
  invalid,
  onFiles,
  onOpen,
}: Omit<FilePickerProps, "field"> & {
  icon: IconName;
  buttonLabel: string;
  /** The field's label, for those who hear the button by itself. */
  fieldLabel: string;
  accept: string;
  multiple?: boolean;
  capture?: "environment" | "user";
  buttonClassName: string;
  className?: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(onFiles);
  latest.current = onFiles;

  // On a slow line somebody may have chosen before this script arrived.
  useEffect(() => {
    const early = input.current ? takeFiles(input.current) : [];
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
          const files = takeFiles(currentTarget);
          if (files.length > 0) onFiles(files);
        }}
        className="absolute inset-0 w-full cursor-pointer opacity-0 file:cursor-pointer"
      />
    </label>
  );
}

/** The chosen files, leaving the input empty, so that the same file can be chosen again after a failure. */
function takeFiles(input: HTMLInputElement): File[] {
  const files = [...(input.files ?? [])];
  input.value = "";
  return files;
}
