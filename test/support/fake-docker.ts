/**
 * A `docker` for tests of what is chosen and not of docker itself: one container, "running" from `up` to `down` in the working directory,
 * published on FAKE_DOCKER_PORT; without FAKE_DOCKER_PORT its daemon is down.
 */
export const fakeDocker = `#!/bin/sh
if [ -z "$FAKE_DOCKER_PORT" ]; then
  echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2
  exit 1
fi
case " $* " in
  *" version "*) echo 2.29.0 ;;
  *" up "*) touch .fake-container ;;
  *" down "* | " rm "*) rm -f .fake-container ;;
  *" config "*) echo web ;;
  " wait "*) exec sleep 600 ;;
  " compose "*" ps "*) [ ! -e .fake-container ] || printf '{"ID":"c1","Name":"web-1","State":"running","Health":"","ExitCode":0,"Publishers":[{"URL":"127.0.0.1","TargetPort":80,"PublishedPort":%s,"Protocol":"tcp"}]}\\n' "$FAKE_DOCKER_PORT" ;;
  " inspect "*) printf '[{"Id":"c1","Name":"/web-1","State":{"Status":"running","ExitCode":0},"NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"%s"}]}}}]\\n' "$FAKE_DOCKER_PORT" ;;
  " ps "*) [ ! -e .fake-container ] || echo c1 ;;
esac
`;
