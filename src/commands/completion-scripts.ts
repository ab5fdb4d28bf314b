// The scripts take words as they were typed, evaluate none of them, and show nothing when the program fails.

const bash = `# runner completion for bash: source <(runner completion bash)
_runner_completion() {
  local line="\${COMP_LINE:0:COMP_POINT}" kind word current cut=''
  local -a words=()
  read -r -a words <<<"$line"
  case "$line" in *[[:space:]]) words+=('') ;; esac
  current="\${words[\${#words[@]}-1]}"
  local quote=''
  case "$current" in \\"* | \\'*) quote="\${current:0:1}" current="\${current:1}" ;; esac
  words[\${#words[@]}-1]="$current"
  # Readline replaces what comes after the last of these characters only.
  if [ -z "$quote" ]; then
    case "$COMP_WORDBREAKS" in *=*) cut="\${current%"\${current##*=}"}" ;; esac
    case "$COMP_WORDBREAKS" in *:*) case "$current" in *:*) cut="\${current%"\${current##*:}"}" ;; esac ;; esac
  fi
  COMPREPLY=()
  {
    IFS= read -r kind || return 0
    while IFS=$'\\t' read -r word _; do
      [ -n "$word" ] || continue
      word="\${word#"$cut"}"
      [ -n "$quote" ] || case "$word" in *[!A-Za-z0-9_.,=-]*) printf -v word '%q' "$word" ;; esac
      COMPREPLY+=("$word")
    done
  } < <("$1" completion reply -- "\${words[@]:1}" 2>/dev/null)
  if [ "$kind" = files ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "\${current#"$cut"}")
  fi
}
complete -F _runner_completion runner
`;

const zsh = `#compdef runner
# runner completion for zsh: source <(runner completion zsh), or save it as _runner in a folder of $fpath
_runner() {
  local -a lines values shown
  local line
  lines=("\${(@f)$("\${(Q)words[1]}" completion reply -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  for line in "\${(@)lines[2,-1]}"; do
    [[ -n $line ]] || continue
    values+=("\${line%%$'\\t'*}")
    if [[ -n \${line#*$'\\t'} ]]; then
      shown+=("\${line%%$'\\t'*}  -- \${line#*$'\\t'}")
    else
      shown+=("\${line%%$'\\t'*}")
    fi
  done
  (( \${#values} )) && compadd -l -d shown -a values
  if [[ \${lines[1]} == files ]]; then
    compset -P '--[a-z-]#='
    _files
  fi
  return 0
}
if [[ \${funcstack[1]} == _runner ]]; then
  _runner "$@"
elif (( \${+functions[compdef]} )); then
  compdef _runner runner
fi
`;

const fish = `# runner completion for fish: runner completion fish | source
function __runner_completion
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l lines ($program completion reply -- $words "$current" 2>/dev/null)
    set -l kind $lines[1]
    set -e lines[1]
    for line in $lines
        echo -- $line
    end
    if test "$kind" = files
        set -l prefix (string match -r -- '^--[a-z-]+=' "$current")
        for path in (__fish_complete_path (string replace -r -- '^--[a-z-]+=' '' "$current"))
            echo -- "$prefix$path"
        end
    end
end
complete -c runner -f -a '(__runner_completion)'
`;

/** What each shell reads to complete the words of `runner`, by its name. */
export const completionScripts: ReadonlyMap<string, string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);
