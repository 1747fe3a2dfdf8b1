//! When a link closes: a date and a time in the person's own zone, typed or by a preset. L1

use leptos::{html, prelude::*};

use crate::{
    app::{
        browser::{clock, forms::is_half_typed},
        components::{FieldError, Sentence},
    },
    domain::{
        local_time::{LocalTime, Preset, Resolved},
        moment::Moment,
    },
    words,
};

/// What no server takes for a time.
const NO_TIME: &str = "?";

/// The field and what is in it.
#[derive(Clone, Copy)]
pub struct Expiry {
    node: NodeRef<html::Input>,
    typed: RwSignal<Option<LocalTime>>,
    /// Of a time that comes twice, the second is meant.
    second: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
    /// It was changed since it was read: what the server said is of what it held before.
    changed: RwSignal<bool>,
    /// What it was before an edit.
    was: Option<Moment>,
}

impl Expiry {
    pub fn new(was: Option<Moment>) -> Self {
        let typed = was.map(clock::wall_clock);
        let second = was.zip(typed).is_some_and(|(was, typed)| {
            matches!(typed.resolve(clock::offset_at), Resolved::Twice { second, .. } if second == was)
        });
        Self {
            node: NodeRef::new(),
            typed: RwSignal::new(typed),
            second: RwSignal::new(second),
            problem: RwSignal::new(None),
            changed: RwSignal::new(false),
            was,
        }
    }

    /// What is typed, in UTC for the server, empty for no expiry. When that is no time, the field says what
    /// is wrong with it, and the server gets something that it refuses: with the other fields, of which it
    /// says what is wrong as well. N1
    pub fn read(self) -> String {
        let read = self.judge();
        self.changed.set(false);
        self.problem.set(read.as_ref().err().cloned());
        if read.is_err()
            && let Some(input) = self.node.get_untracked()
        {
            input.focus().ok();
        }
        read.unwrap_or_else(|_| NO_TIME.into())
    }

    fn judge(self) -> Result<String, String> {
        let typed = self.node.get_untracked().map(|input| input.value()).unwrap_or_default();
        if typed.is_empty() {
            return if is_half_typed(self.node) {
                Err(words::console::expiry_half().into())
            } else {
                Ok(String::new())
            };
        }
        let local = LocalTime::parse(&typed).ok_or(words::console::expiry_unreadable())?;
        let at = match local.resolve(clock::offset_at) {
            Resolved::Once(at) => at,
            Resolved::Twice { first, second } => {
                if self.second.get_untracked() {
                    second
                } else {
                    first
                }
            }
            Resolved::Never { instead } => {
                let (day, month, year) = local.date();
                let date = words::shared::date_long(day, month.into(), year);
                return Err(words::console::expiry_never(local.clock(), date, instead.clock()));
            }
        };
        // What stays as it was may have passed.
        if self.was.is_some_and(|was| clock::wall_clock(was).for_field() == local.for_field())
            && (at.unix_millis() / 60_000) == self.was.map_or(0, |was| was.unix_millis() / 60_000)
        {
            return Ok(self.was.map(Moment::iso).unwrap_or_default());
        }
        if at <= clock::now() { Err(words::console::expiry_passed().into()) } else { Ok(at.iso()) }
    }

    /// Empties the field.
    pub fn clear(self) {
        self.typed.set(None);
        self.second.set(false);
        self.problem.set(None);
        if let Some(input) = self.node.get_untracked() {
            input.set_value("");
        }
    }

    fn choose(self, preset: Preset) {
        let local = preset.from(clock::wall_clock(clock::now()));
        self.typed.set(Some(local));
        self.second.set(false);
        self.problem.set(None);
        self.changed.set(true);
        if let Some(input) = self.node.get_untracked() {
            input.set_value(&local.for_field());
        }
    }

    /// The clock time that comes twice, if the typed one does.
    fn comes_twice(self) -> Option<String> {
        let typed = self.typed.get()?;
        matches!(typed.resolve(clock::offset_at), Resolved::Twice { .. }).then(|| typed.clock())
    }
}

/// The field, with presets and its time zone. `changed` hears of each change by a button.
#[component]
pub fn ExpiryField(
    id: &'static str,
    expiry: Expiry,
    #[prop(into)] error: Signal<Option<String>>,
    changed: Callback<()>,
) -> impl IntoView {
    let zone_name = RwSignal::new("UTC".to_owned());
    let presets = RwSignal::new(Vec::new());
    Effect::new(move || {
        zone_name.set(clock::name());
        let now = clock::wall_clock(clock::now());
        presets.set(Preset::ALL.into_iter().filter(|preset| preset.from(now) > now).collect::<Vec<_>>());
    });
    expiry.node.on_load(move |input| {
        if let Some(typed) = expiry.typed.get_untracked() {
            input.set_value(&typed.for_field());
        }
    });
    let problem = Signal::derive(move || {
        expiry.problem.get().or_else(|| error.get().filter(|_| !expiry.changed.get()))
    });
    let (hint_id, error_id) = (format!("{id}-h"), format!("{id}-e"));
    view! {
        <div class="field expiry">
            <label for=id>
                {words::console::expiry()} " " <small>{words::shared::optional_mark()}</small>
            </label>
            <div class="row">
                <input
                    id=id
                    name="expires_at"
                    type="datetime-local"
                    node_ref=expiry.node
                    aria-invalid=move || problem.get().is_some().then_some("true")
                    aria-describedby=format!("{hint_id} {error_id}")
                    on:input=move |event| {
                        expiry.typed.set(LocalTime::parse(&event_target_value(&event)));
                        expiry.problem.set(None);
                        expiry.changed.set(true);
                    }
                />
                <div class="presets" role="group" aria-label=words::console::expiry_presets()>
                    {move || {
                        presets
                            .get()
                            .into_iter()
                            .map(|preset: Preset| {
                                view! {
                                    <button
                                        type="button"
                                        class="btn sm"
                                        on:click=move |_| {
                                            expiry.choose(preset);
                                            changed.run(());
                                        }
                                    >
                                        {name(preset)}
                                    </button>
                                }
                            })
                            .collect_view()
                    }}
                </div>
            </div>
            {move || {
                expiry
                    .comes_twice()
                    .map(|clock| {
                        view! {
                            <label class="opt">
                                <input
                                    type="checkbox"
                                    prop:checked=move || expiry.second.get()
                                    on:change=move |event| expiry.second.set(event_target_checked(&event))
                                />
                                <span>{words::console::expiry_twice(clock)}</span>
                            </label>
                        }
                    })
            }}
            <p class="hint" id=hint_id>
                <Sentence words=words::console::expiry_zone()>{zone_name}</Sentence>
            </p>
            <FieldError id=error_id message=problem />
        </div>
    }
}

/// What stands on the button of a preset.
fn name(preset: Preset) -> &'static str {
    match preset {
        Preset::Today => words::console::expiry_today(),
        Preset::Tomorrow => words::console::expiry_tomorrow(),
        Preset::InAWeek => words::console::expiry_in_a_week(),
        Preset::InAMonth => words::console::expiry_in_a_month(),
    }
}
