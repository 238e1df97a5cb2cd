#compdef lw-sandbox
_arguments \
    '--profile[a shipped profile]:profile:(strict)' \
    '--plans[read compiled profiles from here]:folder:_files -/' \
    '*--ro[a file or folder that the command may read]:path:_files' \
    '--timeout[end the command after this time]:seconds:' \
    '--receipt[write what was set up, as JSON]:file:_files' \
    '--version[print the version]' \
    '(- *)'{-h,--help}'[print help]' \
    '*::command:_normal'
