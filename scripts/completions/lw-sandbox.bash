# Completions of lw-sandbox for bash. Behind `--`, a command of its own is completed.
_lw_sandbox() {
    local word=${COMP_WORDS[COMP_CWORD]} index
    for ((index = 1; index < COMP_CWORD; index++)); do
        if [ "${COMP_WORDS[index]}" = -- ]; then
            if [ $((COMP_CWORD - index)) -eq 1 ]; then
                mapfile -t COMPREPLY < <(compgen -c -- "$word")
            else
                mapfile -t COMPREPLY < <(compgen -f -- "$word")
            fi
            return
        fi
    done
    case ${COMP_WORDS[COMP_CWORD - 1]} in
        --profile) mapfile -t COMPREPLY < <(compgen -W "strict scratch fit environment-build forkserver trace" -- "$word") ;;
        --plans) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
        --ro | --receipt) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        --timeout | --env | --cwd) COMPREPLY=() ;;
        --allow-degraded) mapfile -t COMPREPLY < <(compgen -W "landlock" -- "$word") ;;
        *) mapfile -t COMPREPLY < <(compgen -W "--profile --plans --ro --cwd --env --timeout --receipt --allow-degraded --verbose --version --help --" -- "$word") ;;
    esac
}
complete -o filenames -F _lw_sandbox lw-sandbox
