# Every target sets up what it needs; `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The environment that plan, rehearse, diff and deploy work on.
ENV ?= development

# .tools holds a Terraform only where the PATH has none that is new enough (packages/terraform/src/cli.ts).
export PATH := $(CURDIR)/node_modules/.bin:$(CURDIR)/.tools:$(PATH)
export CHECKPOINT_DISABLE := 1
export DISABLE_VERSION_CHECK := 1

run := node ops/run.mjs
packages := .cache/packages

.PHONY: help
help: ## List the targets by what they are for; `source ops/completion.bash` completes them and their variables
	@awk -F ':.*## ' '/^##@ /{printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## /{printf "  \033[1mmake %-20s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamp holds the lock file's sum: a touched or checked-out file of the same content installs nothing. npm writes its own
# list of what it installed last, so an install that was interrupted is done again.
.PHONY: $(packages)
$(packages):
	@sum=$$(cksum < package-lock.json); \
	if [ "$$sum" != "$$(cat $@ 2>/dev/null)" ] || [ ! -f node_modules/.package-lock.json ]; then \
	  echo "installing the packages of package-lock.json" >&2; \
	  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2; \
	  mkdir -p $(@D); echo "$$sum" > $@; \
	fi

##@ The platform on this machine

.PHONY: up
up: $(packages) ## Run the whole platform here (PORT=8080, WORKERS=2; SERVICE=name INSPECT=1 for a debugger), until Ctrl-C or make down
	@$(run) local/cli.ts up

.PHONY: down
down: $(packages) ## Drain and stop the platform; its data stays
	@$(run) local/cli.ts down

.PHONY: ps
ps: $(packages) ## Show what runs, and why something does not
	@$(run) local/cli.ts ps

.PHONY: logs
logs: $(packages) ## Follow the logs (SERVICE=name for one)
	@$(run) local/cli.ts logs $(SERVICE)

.PHONY: scale
scale: $(packages) ## Run another number of workers at once (WORKERS=5)
	@$(run) local/cli.ts scale

.PHONY: reset
reset: $(packages) ## Stop the platform and delete its data, after asking (FORCE=1 does not ask)
	@$(run) local/cli.ts reset

##@ Services

.PHONY: service
service: $(packages) ## Write a new service: make service NAME=orders KIND=http USES=database (asks for what is missing)
	@$(run) ops/service/command.ts

.PHONY: generate
generate: $(packages) ## Write what is made of the source and committed: pictures, compose.yaml, pages of docs/
	@$(run) ops/configuration/command.ts
	@$(run) ops/permissions/command.ts --environment production --out docs/permissions.md
	@$(run) ops/picture/command.ts
	@$(run) local/container/write-compose.ts

##@ Infrastructure

.PHONY: build
build: $(packages) ## Bundle the functions into build/
	@$(run) ops/build-functions/command.ts

.PHONY: image
image: $(packages) ## Build the image of a worker into build/images/: make image SERVICE=loyalty (all unless named; PLATFORM=linux/amd64)
	@$(run) ops/image/command.ts $(SERVICE)

.PHONY: synth
synth: build ## Write the Terraform of every environment to cdktf.out/ (ENV=name for one: make synth ENV=staging)
	@$(run) main.ts

.PHONY: plan
plan: synth terraform ## Plan every stack of ENV with the real Terraform, offline (ENV=staging; SUMMARY=1 for the table alone)
	@$(run) packages/rehearsal/src/cli.ts plan --stacks '$(ENV)-*' state $(if $(SUMMARY),--summary)

.PHONY: rehearse
rehearse: synth terraform ## Deploy every stack of ENV with cdktf offline, find no difference after it, and destroy it
	@$(run) packages/rehearsal/src/cli.ts rehearse --stacks '$(ENV)-*' state --cdktf --log .cache/rehearse.log

.PHONY: review
review: $(packages) terraform ## Say whether a change is safe to apply, without an account: make review ENV=production BASE=origin/main
	@code=0; $(run) ops/review/command.ts --environment $(ENV) $(if $(BASE),--base $(BASE)) --page build/review/$(ENV).html \
	  --markdown build/review/$(ENV).md --html build/review/$(ENV).html || code=$$?; \
	  case $$code in 0|2|3) echo "the whole review: build/review/$(ENV).html, the comment: build/review/$(ENV).md";; esac; \
	  test $$code -eq 2 || exit $$code

.PHONY: terraform
terraform: $(packages) ## Run Terraform on a synthesized stack: make terraform STACK=state DO=plan
	@$(run) packages/terraform/src/cli.ts
	@$(if $(STACK),terraform -chdir=cdktf.out/stacks/$(STACK) $(DO))

.PHONY: capacity
capacity: $(packages) ## Show what each environment can hold, and which quotas its account must have for it
	@$(run) ops/capacity/command.ts

.PHONY: quotas
quotas: $(packages) ## Compare the account's quotas with what ENV, and the environments before it, need
	@$(run) ops/quotas/command.ts --environment $(ENV)

##@ Database

.PHONY: migrate
migrate: $(packages) ## Bring the database of DATABASE_URL to the schema of migrations/
	@$(run) ops/migrate/command.ts up

.PHONY: migration
migration: $(packages) ## Write a new migration from the template: make migration NAME=create-users
	@$(run) ops/new-migration/command.ts "$${NAME:-}"

.PHONY: migrate-check
migrate-check: $(packages) ## Check names, unsafe SQL, and each migration up, down and up on a throwaway PostgreSQL
	@$(run) ops/migrate-check/command.ts

.PHONY: migrations-artifact
migrations-artifact: $(packages) ## Bundle runner and migrations into build/migrations.zip, what the in-VPC job runs
	@$(run) ops/build-migrations/command.ts

.PHONY: dead-letters
dead-letters: $(packages) ## List the jobs that no loyalty worker could finish, or put them back (REPLAY="1 2", REPLAY=--all)
	@$(run) ops/dead-letters/command.ts $(if $(REPLAY),replay $(REPLAY),list)

.PHONY: database-session
database-session: $(packages) ## Ask ENV's database by name, through RDS Data API, until Ctrl-D (SQL="SELECT ..." for one statement)
	@$(run) ops/database-session/command.ts --environment $(ENV)

##@ Deployment: what the pipeline runs, for ENV

.PHONY: permissions
permissions: $(packages) ## Show what each pipeline role may do in ENV, on what, and which job needs it
	@$(run) ops/permissions/command.ts --environment $(ENV)

.PHONY: aws-profile
aws-profile: $(packages) ## Let a GitLab job act as its role (ROLE=plan, deploy, migrate or release)
	@$(run) ops/aws-profile/command.ts --environment $(ENV) --role $(ROLE)

.PHONY: diff
diff: terraform ## Compare what make synth wrote with the account (REHEARSAL=1: offline; DRIFT=1: fail on a difference)
	@$(run) ops/diff/command.ts --environment $(ENV) $(if $(REHEARSAL),--rehearsal) $(if $(DRIFT),--fail-on-change)

.PHONY: deploy
deploy: terraform ## Deploy what make synth wrote: every stack but the pipeline's own
	@cdktf deploy $(ENV)-network $(ENV)-database $(ENV)-queue $(ENV)-api $(ENV)-workers --skip-synth --skip-provider-lock --auto-approve

.PHONY: token-key
token-key: $(packages) ## Make the key that signs tokens where ENV has none (ROTATE=1: a new one beside it)
	@$(run) ops/token-key/command.ts --environment $(ENV) $(if $(ROTATE),--rotate)

.PHONY: migrate-remote
migrate-remote: $(packages) ## Migrate the database from inside its VPC with build/migrations.zip, and show the log
	@$(run) ops/migrate-remote/command.ts --environment $(ENV)

.PHONY: deploy-functions
deploy-functions: $(packages) ## Release build/functions: 10 % of the requests, then all, back when an alarm fires
	@$(run) ops/deploy-function/command.ts --environment $(ENV)

.PHONY: deploy-workers
deploy-workers: $(packages) ## Release build/images: copy each image, replace the tasks, back when ECS gives up
	@$(run) ops/deploy-workers/command.ts --environment $(ENV)

.PHONY: redrive
redrive: $(packages) ## Count the messages that a function of ENV failed on for good, or bring them to it again (START=1)
	@$(run) ops/redrive/command.ts --environment $(ENV) $(if $(START),--start)

.PHONY: smoke-test
smoke-test: $(packages) ## Ask the deployed services what they must be able to answer
	@$(run) ops/smoke-test/command.ts --environment $(ENV)

.PHONY: roll-back
roll-back: $(packages) ## Take back what make deploy-workers and make deploy-functions released
	@$(run) ops/roll-back/command.ts --environment $(ENV)

##@ Quality

# TypeScript 7 checks in a third of the time; 5 stays for those that need its API: ts-node, and tests that read sources.
types := node node_modules/typescript-native/bin/tsc

.PHONY: check
check: $(packages) ## Format, lint, types, exports that nothing uses, and licences and vulnerabilities of packages, without changing a file
	@biome check .
	@$(types)
	@$(types) -p local/console/page
	@knip --production --no-progress
	@$(run) ops/check-packages/command.ts

.PHONY: format
format: $(packages) ## Format and fix what can be fixed
	@biome check --write .

.PHONY: test
test: $(if $(CHECKED),,check) terraform build ## Check, then every test (ONLY=pattern for some); CI runs this too, and its job check (CHECKED=1)
	@ops/system-packages.sh
	@jest $${ONLY:+"$$ONLY"}

.PHONY: test-shipped
test-shipped: $(packages) build ## Test what is shipped on the Node it is shipped with (.nvmrc), whichever runs here
	@ops/system-packages.sh
	@npx --yes node@$$(cat .nvmrc) node_modules/.bin/jest __tests__/runtime __tests__/lambda __tests__/worker __tests__/ops/build-

.PHONY: abuse
abuse: $(packages) ## Attack a platform of its own, on this machine alone (ONLY=text for some tables, REQUESTS=5000, SEED=number)
	@$(run) abuse/command.ts

.PHONY: bench
bench: $(packages) terraform build ## Measure, each number against a yardstick of the same run (ONLY=name for one)
	@$(run) bench/run.ts $(ONLY)
