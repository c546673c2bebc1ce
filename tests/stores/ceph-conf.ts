import { join } from "node:path";

export type CephLocation = {
  /** Folder of the whole cluster. */
  folder: string;
  /** Port of the S3 endpoint. The monitor uses the next two. */
  port: number;
};

export const configPathOf = ({ folder }: CephLocation): string => join(folder, "ceph.conf");

/** The monitor's addresses for the new and the old protocol. */
export const monitorAddressesOf = ({ port }: CephLocation): string =>
  `[v2:127.0.0.1:${port + 1},v1:127.0.0.1:${port + 2}]`;

/**
 * Formats the configuration of the smallest real cluster: a monitor, one disk (a sparse file) and
 * the S3 gateway, on loopback, without Ceph's own authentication. S3 needs no manager.
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
      // Tests need one copy on one disk; Ceph warns about it.
      osd_pool_default_size: 1,
      osd_pool_default_min_size: 1,
      mon_allow_pool_size_one: true,
      mon_warn_on_pool_no_redundancy: false,
      osd_crush_chooseleaf_type: 0,
      // The read lease is eight tenths of this value. On a busy machine the disk's daemon may get
      // no CPU during the default lease of 16 s. With one disk nothing renews it, and calls hang.
      osd_heartbeat_grace: 1200,
      osd_pool_default_pg_autoscale_mode: "off",
      osd_pool_default_pg_num: 8,
      osd_pool_default_pgp_num: 8,
      mon_max_pg_per_osd: 1000,
      // The daemons keep the user that starts them instead of the user `ceph`.
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
      // The gateway requires an encrypted connection to the monitor unless this mode is set.
      ms_mon_client_mode: "crc secure",
      rgw_data: `${folder}/rgw`,
      rgw_frontends: `beast endpoint=127.0.0.1:${port}`,
      rgw_thread_pool_size: 64,
      rgw_enable_usage_log: false,
      // By default the store frees deleted objects after two hours, and a benchmark of 25 GB fills
      // the disk.
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
