complete -c lw-sandbox -f
complete -c lw-sandbox -l profile -x -a strict -d 'a shipped profile'
complete -c lw-sandbox -l plans -x -a '(__fish_complete_directories)' -d 'read compiled profiles from here'
complete -c lw-sandbox -l ro -r -F -d 'a file or folder that the command may read'
complete -c lw-sandbox -l timeout -x -d 'end the command after this time'
complete -c lw-sandbox -l receipt -r -F -d 'write what was set up, as JSON'
complete -c lw-sandbox -l version -d 'print the version'
complete -c lw-sandbox -s h -l help -d 'print help'
complete -c lw-sandbox -n 'contains -- -- (commandline -opc)' -x -a '(__fish_complete_command)'
