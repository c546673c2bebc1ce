import { join } from "node:path";

export type CephLocation = {
  /** Everything of the cluster lies in here. */
  folder: string;
  /** Of the S3 endpoint; the two after it are the monitor's. */
  port: number;
};

export const configPathOf = ({ folder }: CephLocation): string => join(folder, "ceph.conf");

/** The monitor's two addresses, of the new and the old protocol. */
export const monitorAddressesOf = ({ port }: CephLocation): string =>
  `[v2:127.0.0.1:${port + 1},v1:127.0.0.1:${port + 2}]`;

/**
 * The smallest cluster that is a real one: a monitor, one disk (a sparse file) and the S3 gateway, on loopback and without Ceph's own authentication.
 * No manager: nothing that S3 needs comes from it.
 */
export function formatCephConf(place: CephLocation, fsid: string): string {
  const { folder, port } = place;
  return formatSections({
    global: {
      fsid,
      mon_initial_members: "a",
      mon_host: monitorAddressesOf(place),
      public_addr: "127.0.0.1",
      cluster_addr: "127.0.0.1",
      ms_bind_ipv6: false,
      auth_cluster_required: "none",
      auth_service_required: "none",
      auth_client_required: "none",
      run_dir: folder,
      admin_socket: `${folder}/$name.asok`,
      log_file: `${folder}/log/$name.log`,
      // One copy on one disk is what a test wants and what Ceph warns of.
      osd_pool_default_size: 1,
      osd_pool_default_min_size: 1,
      mon_allow_pool_size_one: true,
      mon_warn_on_pool_no_redundancy: false,
      osd_crush_chooseleaf_type: 0,
      // The lease for reading is eight tenths of it. On a machine under load the disk's daemon may get no turn for as long as the lease lasts (16 s by
      // default), and with one disk there is nobody to renew it with: every call would wait for ever.
      osd_heartbeat_grace: 1200,
      osd_pool_default_pg_autoscale_mode: "off",
      osd_pool_default_pg_num: 8,
      osd_pool_default_pgp_num: 8,
      mon_max_pg_per_osd: 1000,
      // The daemons stay whoever starts them instead of becoming the user `ceph`.
      setuser_match_path: "/nonexistent",
    },
    "mon.a": { mon_data: `${folder}/mon`, mon_data_avail_warn: 2, mon_data_avail_crit: 1 },
    "osd.0": {
      osd_data: `${folder}/osd`,
      osd_objectstore: "bluestore",
      osd_memory_target: 1024 ** 3,
      osd_class_update_on_start: false,
      bluestore_block_create: true,
      bluestore_block_size: 20 * 1024 ** 3,
      bluestore_block_db_create: false,
      bluestore_block_wal_create: false,
    },
    "client.rgw": {
      // The gateway insists on an encrypted way to the monitor, which goes with no authentication only in this mode.
      ms_mon_client_mode: "crc secure",
      rgw_data: `${folder}/rgw`,
      rgw_frontends: `beast endpoint=127.0.0.1:${port}`,
      rgw_thread_pool_size: 64,
      rgw_enable_usage_log: false,
      // What was removed takes room for two hours by default: a bench that writes 25 GB would fill the disk, and a full one is waited for without a word.
      rgw_gc_obj_min_wait: 20,
      rgw_gc_processor_period: 20,
      rgw_gc_processor_max_time: 20,
    },
  });
}

function formatSections(all: Record<string, Record<string, string | number | boolean>>): string {
  return Object.entries(all)
    .map(([name, options]) =>
      [`[${name}]`, ...Object.entries(options).map(([key, value]) => `${key} = ${value}`), ""].join("\n"),
    )
    .join("\n");
}
