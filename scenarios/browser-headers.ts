/**
 * What Chromium 156.0.8078.108 sends with a fetch, a POST, an EventSource and a WebSocket of a page with three
 * cookies; recorded by `node docs/record-headers.mjs`, which says more, and not to be edited.
 * `{origin}` stands for the page's origin, which is the server's.
 */
export const BROWSER_HEADERS = {
  poll: {
    'sec-ch-ua-platform': '"Linux"',
    'User-Agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'sec-ch-ua': '"Not:A-Brand";v="8", "Chromium";v="156"',
    'sec-ch-ua-mobile': '?0',
    Accept: '*/*',
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': 'cors',
    'Sec-Fetch-Dest': 'empty',
    Referer: '{origin}/',
    'Accept-Language': 'en-US,en;q=0.9',
    Cookie:
      'session=9f2b6c1e7a3d4580b1c9e6f7a2d3c4b5; _ga=GA1.1.1234567890.1700000000; consent=necessary.statistics',
  },
  post: {
    'sec-ch-ua-platform': '"Linux"',
    'User-Agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'sec-ch-ua': '"Not:A-Brand";v="8", "Chromium";v="156"',
    'Content-Type': 'text/plain;charset=UTF-8',
    'sec-ch-ua-mobile': '?0',
    Accept: '*/*',
    Origin: '{origin}',
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': 'cors',
    'Sec-Fetch-Dest': 'empty',
    Referer: '{origin}/',
    'Accept-Language': 'en-US,en;q=0.9',
    Cookie:
      'session=9f2b6c1e7a3d4580b1c9e6f7a2d3c4b5; _ga=GA1.1.1234567890.1700000000; consent=necessary.statistics',
  },
  stream: {
    Pragma: 'no-cache',
    'Cache-Control': 'no-cache',
    'sec-ch-ua-platform': '"Linux"',
    'User-Agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    Accept: 'text/event-stream',
    'sec-ch-ua': '"Not:A-Brand";v="8", "Chromium";v="156"',
    'sec-ch-ua-mobile': '?0',
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': 'cors',
    'Sec-Fetch-Dest': 'empty',
    Referer: '{origin}/',
    'Accept-Language': 'en-US,en;q=0.9',
    Cookie:
      'session=9f2b6c1e7a3d4580b1c9e6f7a2d3c4b5; _ga=GA1.1.1234567890.1700000000; consent=necessary.statistics',
  },
  upgrade: {
    Pragma: 'no-cache',
    'Cache-Control': 'no-cache',
    'User-Agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    Origin: '{origin}',
    'Accept-Language': 'en-US,en;q=0.9',
    Cookie:
      'session=9f2b6c1e7a3d4580b1c9e6f7a2d3c4b5; _ga=GA1.1.1234567890.1700000000; consent=necessary.statistics',
  },
} as const;
