"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Icon } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import type { UploadField } from "@/app/_ui/uploads/file-validation";
import { DropArea } from "@/app/_ui/uploads/drop-area";
import { FilePickers } from "@/app/_ui/uploads/file-picker";
import { UploadList } from "@/app/_ui/uploads/upload-list";
import { useUploads } from "@/app/_ui/uploads/use-uploads";
import { useLazyComponent } from "@/app/_ui/use-lazy-component";
import type { Crop } from "@/lib/inspect/crop";
import { PictureVisibility } from "./picture-visibility";
import { type OwnPicture, OwnPictureView, renditionUrlOf } from "./own-picture-view";
import { useChosenPicture } from "./use-chosen-picture";

const loadCropDialog = () => import("@/app/_ui/crop/crop-dialog").then((module) => module.CropDialog);

/** The member's picture: choose, paste or drop one, cut it, change the cut, hide it, take it away. */
export function PictureEditor({
  field,
  limits,
  owner,
  picture,
  name,
  isProfilePublic: profileIsPublic,
}: {
  field: UploadField;
  /** What may be sent, in words. */
  limits: string;
  /** The member's id. */
  owner: string;
  picture: OwnPicture | null;
  name: string;
  isProfilePublic: boolean;
}) {
  const router = useRouter();
  const { uploads, stopped, add, remove, prepare } = useUploads(field, owner, () => router.refresh());
  const { chosen, choose, drop } = useChosenPicture();
  const crop = useLazyComponent(loadCropDialog);
  const CropDialog = crop.component;
  const [recropping, setRecropping] = useState(false);
  const [pending, setPending] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  const fetchCrop = crop.load;
  useEffect(() => {
    if (chosen) fetchCrop();
  }, [chosen, fetchCrop]);

  // A picture that is pasted anywhere on the page, but for words that are pasted into a form.
  useEffect(() => {
    const paste = ({ clipboardData, target }: ClipboardEvent) => {
      const files = [...(clipboardData?.files ?? [])];
      const writing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
      if (files.length > 0 && !writing) choose(files);
    };
    window.addEventListener("paste", paste);
    return () => window.removeEventListener("paste", paste);
  }, [choose]);

  async function change(method: "PATCH" | "DELETE", body: { crop: Crop } | undefined, done: string) {
    if (!picture || pending) return;
    setPending(true);
    setTrouble(null);
    const answer = await callApi(method, `/api/files/${picture.id}`, { body });
    setPending(false);
    if (answer.status >= 300 || answer.status === 0) {
      setTrouble(problemOf(answer).detail);
      return;
    }
    setRecropping(false);
    announce(done);
    router.refresh();
  }

  return (
    <section aria-labelledby="picture" className="grid content-start gap-4">
      <h2 id="picture" tabIndex={-1} className="font-serif text-lg">
        Picture
      </h2>
      <OwnPictureView picture={picture} name={name} />
      {crop.errorMessage || (trouble && !recropping) ? (
        <Notice tone="danger" title="That did not go through" live>
          {crop.errorMessage ?? trouble}
        </Notice>
      ) : null}
      <DropArea label={`Send ${field.label}`} onFiles={choose} onDragEnter={prepare}>
        <div className="grid gap-3">
          <FilePickers
            field={field}
            buttonLabel={picture ? "Choose another" : "Choose a picture"}
            cameraFacing="user"
            describedBy={`${field.name}-limits ${field.name}-uploads`}
            invalid={stopped.length > 0}
            onFiles={choose}
            onOpen={prepare}
          />
          <p id={`${field.name}-limits`} className="text-sm text-muted">
            {limits}.<span className="hidden pointer-fine:inline"> Or drop or paste one here.</span> Place,
            date and camera are taken out of it.
          </p>
          <UploadList id={`${field.name}-uploads`} uploads={uploads} rejectedFiles={stopped} onRemove={remove} />
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
                fetchCrop();
                setRecropping(true);
              }}
            >
              <Icon name="eye" />
              Change the part shown
            </Button>
            <Button
              variant="plain"
              className="px-3"
              pending={pending}
              onClick={() => {
                void change("DELETE", undefined, "The picture is removed");
                document.getElementById("picture")?.focus();
              }}
            >
              <Icon name="trash" />
              Remove picture
            </Button>
          </div>
          <PictureVisibility id={picture.id} visibility={picture.visibility} isProfilePublic={profileIsPublic} />
        </>
      ) : null}
      {CropDialog && chosen ? (
        <CropDialog
          key={chosen.src}
          src={chosen.src}
          confirmLabel="Use this picture"
          onClose={drop}
          onConfirm={(crop) => {
            void add([chosen.file], crop);
            drop();
          }}
        />
      ) : null}
      {CropDialog && picture && recropping ? (
        <CropDialog
          src={renditionUrlOf(picture)}
          initialCrop={picture.crop}
          pending={pending}
          errorMessage={trouble}
          onClose={() => setRecropping(false)}
          onConfirm={(crop) => change("PATCH", { crop }, "The picture shows the part you chose")}
        />
      ) : null}
    </section>
  );
}
