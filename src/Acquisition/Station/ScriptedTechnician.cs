using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Scripts;

namespace Vascular.Acquisition.Station;

/// <summary>Time as the technician and the bench live in it: the virtual clock, or the station's own.</summary>
public interface IBenchTime
{
    long NowNs { get; }

    /// <summary>Calls back on the one thread that owns the examination.</summary>
    void Schedule(long atNs, Action action);
}

/// <summary>A scenario's technician at work: hands and ears in the simulated world, acts in the examination as the user "simulated technician".</summary>
/// <remarks>Driven by what the examination shows, so that it goes on after a crash: a step that is accepted is not taken again,
/// one that came out unreadable is, up to <see cref="MostAttempts"/> times. What the script does behind its end is played by <see cref="ScenarioPlay"/>.</remarks>
public sealed class ScriptedTechnician
{
    public const int MostAttempts = 4;

    private const long LookAgainNs = 100_000_000;

    private readonly Scenario _scenario;
    private readonly SimulatedWorld _world;
    private readonly Examination _examination;
    private readonly IBenchTime _time;
    private readonly long _tapeOffsetNs;
    private int _step;
    private int _action;
    private readonly Dictionary<string, int> _retaken = new(StringComparer.Ordinal);

    /// <param name="tapeOffsetNs">Tape time of the bench time's 0 (after a recovery the tape is further on than the new world).</param>
    public ScriptedTechnician(Scenario scenario, SimulatedWorld world, Examination examination, IBenchTime time, long tapeOffsetNs)
    {
        (_scenario, _world, _examination, _time, _tapeOffsetNs) = (scenario, world, examination, time, tapeOffsetNs);
    }

    /// <summary>What stopped the script short of its end; null while it is well.</summary>
    public string? Trouble { get; private set; }

    public bool IsDone { get; private set; }

    /// <summary>A person takes over: nothing more of the script is done. What the hands last did to a cuff goes on until other hands change it.</summary>
    public void StepBack() => IsDone = true;

    private ExaminationFold Fold => _examination.Fold;

    private ScriptStep Step => _scenario.Script.Steps[_step];

    private long TapeNowNs => _tapeOffsetNs + _time.NowNs;

    /// <summary>Begins: names the patient where none is named, and goes on from there.</summary>
    public void Begin()
    {
        // After a crash the patient still wears what was put on.
        foreach (Channel channel in Fold.Channels)
        {
            if (channel.Binding is { Act: Act.Bind worn })
            {
                _world.PutOn(worn.Link, worn.Site);
            }
        }

        if (Fold.Acts.Patient is null)
        {
            ScenarioSubject subject = _scenario.Patient;
            ScenarioOrder order = _scenario.Order;
            Do(new Act.Patient(subject.System, subject.Identifier, subject.Gender, "urn:oid:2.999.1.2", order.Placer, "urn:oid:2.999.1.3", order.Accession, order.Reason));
        }

        NextStep(0);
    }

    private void NextStep(int index)
    {
        (_step, _action) = (index, 0);
        while (_step < _scenario.Script.Steps.Count && IsAccepted(Step.Key))
        {
            _step++;
        }

        if (_step >= _scenario.Script.Steps.Count)
        {
            IsDone = true;
            return;
        }

        Go();
    }

    private bool IsAccepted(string step) => step != ProtocolStep.Derived && Fold.Outcome(step) is { } outcome && Fold.IsAccepted(outcome);

    private void Go()
    {
        if (IsDone || Trouble is not null)
        {
            return;
        }

        if (_action >= Step.Actions.Count)
        {
            NextStep(_step + 1);
            return;
        }

        Take(Step.Actions[_action]);
    }

    private void Take(ScriptAction action)
    {
        if (action is ScriptAction.Accept && Unreadable() && _retaken.GetValueOrDefault(Step.Key) + 1 < MostAttempts)
        {
            _retaken[Step.Key] = _retaken.GetValueOrDefault(Step.Key) + 1;
            // from the step's first actions: an electrode was put on long before its answer is waited for
            (_step, _action) = (_scenario.Script.Steps.ToList().FindIndex(s => s.Key == Step.Key), 0);
            After(LookAgainNs);
            return;
        }

        if (action is ScriptAction.WaitResult wait)
        {
            Await(() => Fold.Running is ArmAttempt { HasOutcome: true }, wait.DeadlineSeconds);
            return;
        }

        if (action is ScriptAction.WaitPlateau plateau)
        {
            Await(() => Fold.Electrodes.FirstOrDefault(e => e.Step.Key == Step.Key) is null or { HasAnswer: true }, plateau.DeadlineSeconds);
            return;
        }

        HandMove move = _world.Perform(_time.NowNs, action);
        _action++;
        if (action is ScriptAction.Mark mark)
        {
            // Not heard before the deadline: no key is pressed, and the step shows it.
            _time.Schedule(move.DoneAtNs, () =>
            {
                if (!IsDone && (!move.Heard || Do(new Act.Mark(mark.When == MarkWhen.Doppler ? Sound.Returned : Sound.StillHeard, TapeNowNs, 0))))
                {
                    Go();
                }
            });
            return;
        }

        if (Say(action))
        {
            _time.Schedule(move.DoneAtNs, Go);
        }
    }

    private void After(long ns) => _time.Schedule(_time.NowNs + ns, Go);

    private bool Unreadable() => Fold.Outcome(Step.Key) is { State: MeasurementState.Unreadable };

    private void Await(Func<bool> isThere, double seconds) => Await(isThere, _time.NowNs + (long)(seconds * 1e9));

    /// <summary>Looks at the module or the electrode until its answer is there or the deadline is past; what then stands is for the step to say.</summary>
    private void Await(Func<bool> isThere, long deadlineNs)
    {
        if (IsDone)
        {
            return;
        }

        if (isThere() || _time.NowNs >= deadlineNs)
        {
            _action++;
            Go();
            return;
        }

        _time.Schedule(_time.NowNs + LookAgainNs, () => Await(isThere, deadlineNs));
    }

    /// <summary>Says the act a script action stands for; true when there was none or it was done.</summary>
    private bool Say(ScriptAction action) => action switch
    {
        ScriptAction.Bind bind => Bind(bind),
        ScriptAction.Enter enter => Do(new Act.Temperature(enter.What == "room_celsius" ? "room" : "toe", enter.Value)),
        ScriptAction.Start => Do(new Act.Start(Step.Key)),
        ScriptAction.Stop => Do(new Act.Stop(Step.Key)),
        ScriptAction.Accept => Accept(),
        ScriptAction.NotObtainable { Reason: "amputated" } => Amputated(),
        ScriptAction.NotObtainable given => Do(new Act.NotObtainable(Step.Key, given.Reason)),
        ScriptAction.Send => Do(new Act.Send()),
        ScriptAction.Repeat => Do(new Act.Repeat(Step.Key)),
        ScriptAction.Undo => Do(new Act.Undo(ActDoor.UndoneOf(Fold, Step.Key))),
        ScriptAction.Patient patient => Do(PatientOf(patient)),
        ScriptAction.End => Finish(),
        _ => true,
    };

    /// <summary>The act a script action stands for in an examination that has ended.</summary>
    public static Act Correction(ScriptStep step, ScriptAction action, ExaminationFold fold)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(fold);
        return action switch
        {
            ScriptAction.Accept => new Act.Accept(Open(fold, step.Key)),
            ScriptAction.Undo => new Act.Undo(ActDoor.UndoneOf(fold, step.Key)),
            ScriptAction.Patient patient => PatientOf(patient),
            _ => throw new ArgumentException($"A script does not {action} behind its end.", nameof(action)),
        };
    }

    private static Act.Patient PatientOf(ScriptAction.Patient right) =>
        new(right.Subject.System, right.Subject.Identifier, right.Subject.Gender, null, null, null, null, null);

    private static AcceptedVersion[] Open(ExaminationFold fold, string step) =>
        [.. fold.Of(step).Where(f => !fold.IsAccepted(f)).Select(f => new AcceptedVersion(f.Id, f.Version))];

    private bool Bind(ScriptAction.Bind bind)
    {
        if (Fold.ChannelNamed(bind.Device) is not { IsOpen: true } channel)
        {
            // The cable is out: the technician waits for it, and the script for the technician.
            _action--;
            After(LookAgainNs);
            return false;
        }

        return Do(new Act.Bind(bind.Device, bind.Site, channel.Identity));
    }

    private bool Amputated()
    {
        Side side = Step.Site!.Value.Side;
        return Fold.Acts.LastStanding(a => a is Act.Amputated m && m.Side == side) is not null || Do(new Act.Amputated(side, "below the knee"));
    }

    private bool Accept()
    {
        AcceptedVersion[] open = Open(Fold, Step.Key);
        return open.Length == 0 || Do(new Act.Accept(open));
    }

    private bool Finish()
    {
        bool done = Do(new Act.End());
        IsDone = done;
        return done;
    }

    private bool Do(Act act)
    {
        Trouble = _examination.Perform(act, Users.SimulatedTechnician, TapeNowNs) is { } reason
            ? $"the script of {_scenario.Id} was refused at step {(_step < _scenario.Script.Steps.Count ? Step.Key : "end")}, act {act.Kind}: {reason}"
            : null;
        return Trouble is null;
    }
}
