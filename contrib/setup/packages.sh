# Debian packages, by what needs them. Read by `setup`; not run by itself.
# PACKAGES are looked up in dpkg; PROGRAMS are PROGRAM=PACKAGE pairs, installed only where the program is missing.
# shellcheck shell=sh disable=SC2034

# To build: GStreamer's headers, a C and C++ compiler with clang, cmake and pkg-config for the crates that wrap C, and the
# linker that .cargo/config.toml names. To run: GStreamer's plugins with their encoders, and a font for the test picture's clock.
RUN_PACKAGES="build-essential libclang-dev libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev
    gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly
    gstreamer1.0-libav gstreamer1.0-alsa gstreamer1.0-libcamera fonts-dejavu-core ca-certificates"
RUN_PROGRAMS="clang=clang cmake=cmake mold=mold pkg-config=pkg-config"

# Two browsers, the reference encoder and decoder, what runs the clients that are not ours, networks with routers in
# them (namespaces, address translation, and what reads the packets), a disk that can be searched, and what hears every
# byte that a program writes.
TEST_PACKAGES="python3-venv"
TEST_PROGRAMS="chromium=chromium firefox-esr=firefox-esr ffmpeg=ffmpeg node=nodejs npm=npm python3=python3
    ip=iproute2 nft=nftables tcpdump=tcpdump mkfs.ext4=e2fsprogs
    strace=strace"

# What the benchmarks compare with.
BENCH_PACKAGES=""
BENCH_PROGRAMS="nginx=nginx-light ustreamer=ustreamer"
