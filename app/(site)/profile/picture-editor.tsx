"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Icon } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { DropArea } from "@/app/_ui/uploads/drop-area";
import { FilePickers } from "@/app/_ui/uploads/file-picker";
import type { UploadField } from "@/app/_ui/uploads/file-validation";
import { UploadList } from "@/app/_ui/uploads/upload-list";
import { useUploads } from "@/app/_ui/uploads/use-uploads";
import { useLazyComponent } from "@/app/_ui/use-lazy-component";
import type { Crop } from "@/lib/inspect/crop";
import { type OwnPicture, OwnPictureView, renditionUrlOf } from "./own-picture-view";
import { PictureDescription } from "./picture-description";
import { PictureVisibility } from "./picture-visibility";
import { useChosenPicture } from "./use-chosen-picture";

const loadCropDialog = () => import("@/app/_ui/crop/crop-dialog").then((module) => module.CropDialog);

/** Lets the member choose, paste or drop a picture, crop it, hide it and remove it. */
export function PictureEditor({
  field,
  limits,
  owner,
  picture,
  name,
  isProfilePublic,
}: {
  field: UploadField;
  /** The accepted types and sizes, as text. */
  limits: string;
  /** Id of the member. */
  owner: string;
  picture: OwnPicture | null;
  name: string;
  isProfilePublic: boolean;
}) {
  const router = useRouter();
  const { uploads, rejectedFiles, check, send, remove, preload } = useUploads(field, owner, () =>
    router.refresh(),
  );
  const { chosen, choose, clear } = useChosenPicture({ check, send });
  const cropDialog = useLazyComponent(loadCropDialog);
  const { component: CropDialog, load: loadDialog } = cropDialog;
  const [isCropping, setIsCropping] = useState(false);
  const [pending, setPending] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  useEffect(() => {
    if (chosen) loadDialog();
  }, [chosen, loadDialog]);

  // Accepts a picture that is pasted anywhere on the page, except into a text field.
  useEffect(() => {
    const onPaste = ({ clipboardData, target }: ClipboardEvent) => {
      const files = [...(clipboardData?.files ?? [])];
      const isTextField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
      if (files.length > 0 && !isTextField) void choose(files);
    };
    window.addEventListener("paste", onPaste);
    return () => window.removeEventListener("paste", onPaste);
  }, [choose]);

  async function change(method: "PATCH" | "DELETE", body: { crop: Crop } | undefined, announcement: string) {
    if (!picture || pending) return;
    setPending(true);
    setErrorMessage(null);
    const response = await callApi(method, `/api/files/${picture.id}`, { body });
    setPending(false);
    if (response.status >= 300 || response.status === 0) {
      setErrorMessage(problemOf(response).detail);
      return;
    }
    setIsCropping(false);
    announce(announcement);
    router.refresh();
  }

  return (
    <section aria-labelledby="picture" className="grid content-start gap-4">
      <h2 id="picture" tabIndex={-1} className="font-serif text-lg">
        Picture
      </h2>
      <OwnPictureView picture={picture} name={name} />
      {cropDialog.errorMessage || (errorMessage && !isCropping) ? (
        <Notice tone="danger" title="Your change was not saved" live>
          {cropDialog.errorMessage ?? errorMessage}
        </Notice>
      ) : null}
      <DropArea label={`Upload ${field.label}`} onFiles={choose} onDragEnter={preload}>
        <div className="grid gap-3">
          <FilePickers
            field={field}
            buttonLabel={picture ? "Choose another" : "Choose a picture"}
            cameraFacing="user"
            describedBy={`${field.name}-limits ${field.name}-uploads`}
            invalid={rejectedFiles.length > 0}
            onFiles={choose}
            onOpen={preload}
          />
          <p id={`${field.name}-limits`} className="text-sm text-muted">
            {limits}.<span className="hidden pointer-fine:inline"> Or drop or paste one here.</span> We remove
            its place, date and camera data.{picture ? " A new picture replaces this one." : ""}
          </p>
          <UploadList
            id={`${field.name}-uploads`}
            uploads={uploads}
            rejectedFiles={rejectedFiles}
            onRemove={remove}
          />
        </div>
      </DropArea>
      {picture ? (
        <>
          <div className="-ml-3 flex flex-wrap gap-1">
            <Button
              variant="plain"
              className="px-3"
              aria-haspopup="dialog"
              onClick={() => {
                loadDialog();
                setIsCropping(true);
              }}
            >
              <Icon name="eye" />
              Change the visible part
            </Button>
            <Button
              variant="plain"
              className="px-3"
              pending={pending}
              onClick={() => {
                void change("DELETE", undefined, "Picture removed");
                document.getElementById("picture")?.focus();
              }}
            >
              <Icon name="trash" />
              Remove picture
            </Button>
          </div>
          <PictureDescription key={picture.id} id={picture.id} alt={picture.alt} />
          <PictureVisibility
            id={picture.id}
            visibility={picture.visibility}
            isProfilePublic={isProfilePublic}
          />
        </>
      ) : null}
      {CropDialog && chosen ? (
        <CropDialog
          key={chosen.src}
          src={chosen.src}
          confirmLabel="Use this picture"
          onClose={clear}
          onConfirm={(crop) => {
            void send([chosen.picture], crop);
            clear();
          }}
        />
      ) : null}
      {CropDialog && picture && isCropping ? (
        <CropDialog
          src={renditionUrlOf(picture)}
          initialCrop={picture.crop}
          pending={pending}
          errorMessage={errorMessage}
          onClose={() => setIsCropping(false)}
          onConfirm={(crop) => change("PATCH", { crop }, "Visible part saved")}
        />
      ) : null}
    </section>
  );
}
