import { isPublicAddress, targetFault } from './target-address.js';

describe('isPublicAddress', () => {
  it.each(['93.184.216.34', '8.8.8.8', '172.15.255.255', '172.32.0.1', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:8.8.8.8'])(
    'takes %s, which is one of the open internet',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['link-local, where clouds keep their metadata', '169.254.169.254'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['of the protocols', '192.0.0.1'],
    ['of documentation', '192.0.2.1'],
    ['of benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['link-local', 'fe80::1'],
    ['site-local', 'fec0::1'],
    ['unique local', 'fd00::1'],
    ['unique local of a cloud', 'fd00:ec2::254'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['6to4 of a private address', '2002:a00:1::'],
    ['6to4 of a public address', '2002:808:808::'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['NAT64 of a private address', '64:ff9b::10.0.0.1'],
    ['NAT64 of a local prefix', '64:ff9b:1::10.0.0.1'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped loopback in hexadecimal', '::ffff:7f00:1'],
    ['IPv4-mapped private', '::ffff:10.0.0.1'],
    ['IPv4-compatible loopback', '::127.0.0.1'],
    ['IPv4-translated loopback', '::ffff:0:127.0.0.1'],
    ['discard-only', '100::1'],
    ['no address', 'example.com'],
    ['no address', ''],
  ])('refuses the address that is %s: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('targetFault', () => {
  it.each(['https://hooks.example.com/a?b=c', 'https://8.8.8.8/', 'https://[2606:4700::1111]:8443/x', 'https://127.example.com/'])(
    'finds nothing wrong with %s',
    (url) => {
      expect(targetFault(url, false)).toBeNull();
    },
  );

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://017700000001/',
    'https://0177.0.0.1/',
    'https://127.0.0.1./',
    'https://%31%32%37.0.0.1/',
    'https://１２７.0.0.1/',
    'https://0/',
    'https://10.0.0.1:8080/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://[::]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fd00::1]/',
  ])('refuses %s, an address that is not public', (url) => {
    expect(targetFault(url, false)).toBe('must be a public address');
  });

  it.each([
    ['http://hooks.example.com/', 'must begin with https://'],
    ['ftp://hooks.example.com/', 'must begin with https://'],
    ['https://ada@hooks.example.com/', 'must have no user name and no password'],
    ['https://:secret@hooks.example.com/', 'must have no user name and no password'],
    ['hooks.example.com', 'must be a URL'],
  ])('refuses %s: it %s', (url, fault) => {
    expect(targetFault(url, false)).toBe(fault);
  });

  it('takes plain HTTP and private addresses when they are allowed, still without a password', () => {
    expect(targetFault('http://127.0.0.1:3000/', true)).toBeNull();
    expect(targetFault('https://[::1]/', true)).toBeNull();
    expect(targetFault('ftp://127.0.0.1/', true)).toBe('must begin with https://');
    expect(targetFault('http://ada:secret@127.0.0.1/', true)).toBe('must have no user name and no password');
  });
});
