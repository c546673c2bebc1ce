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
  /** Called when the member opens the file dialog. */
  onOpen?: () => void;
  /** Ids of the elements with the limits and the errors. */
  describedBy?: string;
  invalid?: boolean;
};

/** Shows "Choose a file" and, on touch devices for fields that accept photos, "Take a photo". */
export function FilePickers({
  buttonLabel = "Choose a file",
  variant = "quiet",
  cameraFacing = "environment",
  ...picker
}: FilePickerProps & {
  buttonLabel?: string;
  variant?: ButtonStyle["variant"];
  cameraFacing?: "environment" | "user";
}) {
  const { label, accept, many } = picker.field;
  return (
    <div className="flex flex-wrap gap-3">
      {accept.includes("image/jpeg") ? (
        // Only "image/*" makes a phone open its camera. The type is validated afterwards.
        <FileInput
          {...picker}
          icon="camera"
          buttonLabel="Take a photo"
          fieldLabel={label}
          accept="image/*"
          capture={cameraFacing}
          buttonClassName={buttonClass({ variant })}
          className="hidden pointer-coarse:inline-flex"
        />
      ) : null}
      <FileInput
        {...picker}
        icon="upload"
        buttonLabel={many && buttonLabel === "Choose a file" ? "Choose files" : buttonLabel}
        fieldLabel={label}
        accept={accept.join(",")}
        multiple={many}
        buttonClassName={buttonClass({ variant })}
      />
    </div>
  );
}

/** A native file input that fills its button: click, Tab and drop work as usual. */
export function FileInput({
  icon,
  buttonLabel,
  fieldLabel,
  accept,
  multiple = false,
  capture,
  buttonClassName,
  className,
  describedBy,
  invalid,
  onFiles,
  onOpen,
}: Omit<FilePickerProps, "field"> & {
  icon: IconName;
  buttonLabel: string;
  /** The field's label. Screen readers announce it with the button. */
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

  // On a slow connection, the member may choose a file before this script has loaded.
  useEffect(() => {
    const files = input.current ? takeFiles(input.current) : [];
    if (files.length > 0) latest.current(files);
  }, []);

  return (
    <label
      className={clsx(
        buttonClassName,
        "relative has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
        className,
      )}
    >
      <Icon name={icon} />
      <span>
        {buttonLabel}
        <VisuallyHidden> for {fieldLabel}</VisuallyHidden>
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

/** Returns the chosen files and empties the input, so that the same file can be chosen again. */
function takeFiles(input: HTMLInputElement): File[] {
  const files = [...(input.files ?? [])];
  input.value = "";
  return files;
}
