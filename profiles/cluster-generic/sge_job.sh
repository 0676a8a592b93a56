#!/bin/sh
# properties = {properties}
# What a job does last is to leave its exit status where sge_status.sh looks for it. A job that is
# killed leaves none.
trap 'touch "logs/cluster/$JOB_ID.exit$?"' EXIT
{exec_job}
