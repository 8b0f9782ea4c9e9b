import type { Place } from '../../contract.ts';

/** Where Debian puts the module; from the environment for who has it elsewhere. */
export const NCHAN_MODULE = process.env['NCHAN_MODULE'] ?? '/usr/lib/nginx/modules/ngx_nchan_module.so';

/** One worker, as the other servers are one process; bodies stay in memory, since a worker may not write here. */
export const configuration = ({ folder, host, port, tls }: Place) => `
  load_module ${NCHAN_MODULE};
  daemon off;
  pid ${folder}/nginx.pid;
  error_log stderr error;
  worker_processes 1;
  events { worker_connections 15000; }
  http {
    access_log off;
    client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; uwsgi_temp_path ${folder}/uwsgi;
    fastcgi_temp_path ${folder}/fastcgi; scgi_temp_path ${folder}/scgi;
    client_max_body_size 1m;
    client_body_buffer_size 1m;
    keepalive_requests 1000000000;
    nchan_message_buffer_length 11000;
    nchan_message_timeout 10m;
    server {
      listen ${host}:${port} backlog=4096${tls === null ? '' : ' ssl'};
      ${tls === null ? '' : `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key}; ssl_protocols TLSv1.3;`}
      nchan_channel_id $arg_channel;
      nchan_subscriber_first_message oldest;
      location = /publish { nchan_publisher; }
      location = /poll { nchan_subscriber intervalpoll; }
      location = /value { nchan_subscriber intervalpoll; nchan_subscriber_first_message -1; }
      location = /long-poll { nchan_subscriber longpoll; }
      location = /events { nchan_subscriber eventsource; }
      location = /stats { stub_status; }
      location = /socket { nchan_pubsub websocket; }
    }
  }`;
