import { PageSkeleton } from "@/app/_ui/skeleton";

export default function DocumentsLoading() {
  return <PageSkeleton />;
}
