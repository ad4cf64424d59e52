# Completes make's targets here, their variables and the variables' values: `source ops/completion.bash` in bash, or in zsh after
# `autoload -U bashcompinit && bashcompinit`. Everything comes from the Makefile and from config/, so nothing is listed twice.

_platform_targets() { sed -nE 's/^([a-z-]+):.*## .*/\1/p' Makefile; }

# The variables that a target's help or recipe names.
_platform_variables() {
  sed -nE "/^$1:.*## /,/^\$/p" Makefile | grep -oE '[A-Z]+=|\$\([A-Z]+\)|\$\$\{[A-Z]+' | tr -d '=$(){}' | sort -u
}

_platform_values() {
  case $1 in
    ENV) for file in config/environments/*.ts; do basename "$file" .ts; done | grep -v '^index$' ;;
    SERVICE) sed -nE 's/^ +name: "(.*)",/\1/p' config/services.ts ;;
    STACK) ls cdktf.out/stacks 2>/dev/null ;;
    KIND) printf '%s\n' http worker ;;
    ROLE) sed -nE 's/.*pipelineRoles = \[(.*)\] as const.*/\1/p' permissions/roles.ts | tr -d '",' | tr ' ' '\n' ;;
  esac
}

_platform_make() {
  COMPREPLY=()
  [ -f Makefile ] && [ -f config/services.ts ] || return 0
  local line=${COMP_LINE:0:COMP_POINT} word target
  word=${line##* }
  target=$(awk '{ for (i = 2; i <= NF; i++) if ($i ~ /^[a-z-]+$/) { print $i; exit } }' <<<"${line% *}")
  if [[ $word == *=* ]]; then
    COMPREPLY=($(compgen -W "$(_platform_values "${word%%=*}")" -- "${word#*=}"))
  elif [ -z "$target" ]; then
    COMPREPLY=($(compgen -W "$(_platform_targets)" -- "$word"))
  else
    compopt -o nospace 2>/dev/null || true
    COMPREPLY=($(compgen -S = -W "$(_platform_variables "$target")" -- "$word"))
  fi
}

complete -F _platform_make make
