"""The script that writes docs/speed.md runs, and the page there has the lines that it prints."""

import re
import subprocess
import sys

from support.checkout import REPOSITORY

ROW = re.compile(r"^\| (\d+ networks of )?(.+?) \| (.+?) \|.* \*\*([\d.]+)\*\* \| ", re.M)


def test_each_peer_has_a_line_with_a_ratio(tmp_path):
    command = [sys.executable, REPOSITORY / "scripts/speed.py", "--quick"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    written = (REPOSITORY / "docs/speed.md").read_text()
    found, there = (
        [(re.sub(r"[\d,]+ (runs|images)", r"N \1", ours), peer) for _, ours, peer, _ in lines]
        for lines in (ROW.findall(done.stdout), ROW.findall(written))
    )
    assert found == there
    assert [ours.split(",")[0] for ours, _ in found] == (
        ["8 × 4"] * 2 + ["6 × 32"] * 2 + ["WGAN-GP"] * 4 + ["PCA of N images"] * 2
    )
    assert all(float(ratio) > 0 for *_, ratio in ROW.findall(done.stdout))
