import type { ReactNode } from "react";
import { Icon } from "../icons";

/** Shows a file that was not uploaded, the reason, and the actions (`children`). */
export function UploadErrorRow({
  name,
  detail,
  children,
}: {
  name: string;
  detail: string;
  children?: ReactNode;
}) {
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
      <div className="flex min-w-60 flex-1 gap-1.5 text-refused">
        <Icon name="alert" className="mt-0.5 size-5" />
        <p className="min-w-0 max-w-prose">
          <bdi className="font-bold wrap-anywhere">{name}</bdi>
          <span className="block">{detail}</span>
        </p>
      </div>
      {children ? <div className="flex flex-wrap gap-2">{children}</div> : null}
    </div>
  );
}
