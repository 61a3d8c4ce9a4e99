/**
 * The script that installs Debian packages.
 *
 * Pure. What apt downloads stays in a cache of the builder, never in the layer.
 */
import { cacheMount, MOUNTS, type StepScript } from './step-script.ts';

const CACHE = `${MOUNTS}/apt`;

/**
 * apt works in folders of its own, so that neither the image's /etc/apt/apt.conf.d/docker-clean empties the
 * cache nor package lists stay in the layer. `any` makes an unreachable mirror an error of `update` instead of
 * a later "unable to locate package".
 */
const SCRIPT = `\
apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dir::State::Lists=${CACHE}/lists \
-o Dir::Cache::Archives=${CACHE}/archives -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
-o APT::Update::Error-Mode=any -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \${SSL_CERT_FILE:+-o} \
\${SSL_CERT_FILE:+Acquire::https::CaInfo=$SSL_CERT_FILE} "$@"
}
mkdir -p ${CACHE}/lists/partial ${CACHE}/archives/partial
apt update
apt install --no-install-recommends "$@"`;

/** Installs these packages. apt locks its folders, so builds take turns. */
export function aptInstallScript(packages: readonly string[]): StepScript {
  return { mounts: [cacheMount('apt', CACHE, 'locked')], script: SCRIPT, args: packages };
}
