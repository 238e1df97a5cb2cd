#compdef lw-sandbox
_arguments \
    '--profile[a shipped profile]:profile:(strict scratch fit environment-build forkserver trace)' \
    '--plans[read compiled profiles from here]:folder:_files -/' \
    '*--ro[a file or folder that the command may read]:path:_files' \
    '--cwd[the folder to start in]:folder:' \
    '*--env[a variable of the environment]:NAME=VALUE:' \
    '--timeout[end the command after this time]:seconds:' \
    '--receipt[write what was set up, as JSON]:file:_files' \
    '--allow-degraded[a layer that may be missing]:layer:(landlock)' \
    '--verbose[name each kind of denied call]' \
    '--version[print the version]' \
    '(- *)'{-h,--help}'[print help]' \
    '*::command:_normal'
