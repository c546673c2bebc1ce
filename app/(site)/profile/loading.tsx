import { PageSkeleton } from "@/app/_ui/skeleton";

export default function ProfileLoading() {
  return <PageSkeleton lines={4} />;
}
