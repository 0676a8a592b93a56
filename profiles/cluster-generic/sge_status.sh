#!/bin/sh
# Print how SGE's job number $1 is: running, success or failed.
own=logs/cluster/$1

# A job that came to its end has said how, in the name of a file.
for ended in "$own".exit*; do
    [ -e "$ended" ] || continue
    [ "$ended" = "$own.exit0" ] && echo success || echo failed
    rm "$ended"
    exit
done

# A master that does not answer says nothing about the job.
jobs=$(SGE_LONG_QNAMES=200 qstat) || { echo running; exit; }
read -r state queue <<END
$(echo "$jobs" | awk -v job="$1" '$1 == job { print $5, $8 }')
END

case $state in
"")
    # The job is gone. Its file may reach this machine later than SGE's news, so wait a minute for it.
    [ -e "$own.gone" ] || touch "$own.gone"
    find "$own.gone" -mmin +1 | grep -q . && echo failed || echo running
    ;;
*E*)
    # SGE could not start the job, and keeps it for a person to look at.
    qdel "$1" >&2
    echo failed
    ;;
*)
    # SGE waits for a lost node for ever. It ends a deleted job as soon as the node is back.
    if qselect -qs u 2>/dev/null | grep -Fqx -e "$queue"; then
        qdel "$1" >&2
        echo failed
    else
        echo running
    fi
    ;;
esac
