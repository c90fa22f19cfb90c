using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What an attempt needs to know beyond its own capture when its finding is computed.</summary>
/// <param name="Marks">Marks of this attempt that stand (not undone), in order.</param>
/// <param name="MovedEndPointAtNs">Where the operator moved the end point; null when it was not moved.</param>
public sealed record AttemptContext(ExaminationSettings Settings, IReadOnlyList<StandingMark> Marks, long? MovedEndPointAtNs);

/// <summary>A mark that stands.</summary>
/// <param name="Paced">Made by a person while simulated time ran at a speed other than 1.</param>
public readonly record struct StandingMark(Act.Mark Mark, bool Paced);

/// <summary>An interruption of the capture of one link.</summary>
/// <param name="FromNs">Last heard before it; nothing is known of the link after this instant.</param>
/// <param name="ToNs">When the link was there again; null while it is not.</param>
public readonly record struct CaptureGap(string Link, long FromNs, long? ToNs);

/// <summary>One attempt at a protocol step: what the bound channels said between start and stop.</summary>
/// <remarks>Captured once and never changed by later acts; what acts change is how it is read (<see cref="Evaluate"/>).</remarks>
public abstract class Attempt
{
    private const int MostGaps = 1000;

    private readonly List<CaptureGap> _gaps = [];

    protected Attempt(Guid examination, ProtocolStep step, int number, int binding, NumberedAct start, IReadOnlyList<Channel> channels, IReadOnlyList<int> bindActs)
    {
        ArgumentNullException.ThrowIfNull(start);
        Examination = examination;
        Step = step;
        Number = number;
        Binding = binding;
        StartedBy = start.Number;
        IsFurther = start.Act is Act.Start { Further: true };
        StartedAtNs = start.AtNs;
        Channels = channels;
        BindActs = bindActs;
    }

    public Guid Examination { get; }

    public ProtocolStep Step { get; }

    /// <summary>From 1 for each step.</summary>
    public int Number { get; }

    /// <summary>The binding it began under; its finding is named by the one that holds now.</summary>
    public int Binding { get; }

    public int StartedBy { get; }

    public long StartedAtNs { get; }

    /// <summary>A further reading of the same artery: it counts beside those before it.</summary>
    public bool IsFurther { get; }

    public long? EndedAtNs { get; private set; }

    /// <summary>True when a crash ended it, not the operator.</summary>
    public bool Interrupted { get; private set; }

    public IReadOnlyList<Channel> Channels { get; }

    /// <summary>Acts that said where the channels sit: a finding stands and falls with them.</summary>
    public IReadOnlyList<int> BindActs { get; }

    /// <summary>Interruptions of the capture: a line closed or fell silent, or its channel was not bound for a while. Beyond 1000 the last one stays open.</summary>
    public IReadOnlyList<CaptureGap> Gaps => _gaps;

    public bool IsClosed => EndedAtNs is not null;

    public bool Uses(Channel channel) => Channels.Contains(channel);

    /// <summary>What the bound channel said.</summary>
    public abstract void Take(Channel channel, in Reading reading);

    /// <summary>Time went on: a second without another record.</summary>
    public virtual void Tick(long atNs)
    {
    }

    /// <summary>The capture of a channel is interrupted. Never bridged.</summary>
    /// <param name="heardNs">When the channel was heard last.</param>
    /// <param name="atNs">When it was noticed.</param>
    public void Lose(Channel channel, long heardNs, long atNs)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (IndexOfOpen(channel) >= 0)
        {
            return;
        }

        if (_gaps.Count < MostGaps)
        {
            _gaps.Add(new CaptureGap(channel.Settings.Name, heardNs, null));
        }

        OnGap(channel, atNs);
    }

    /// <summary>The channel is there again, and bound.</summary>
    public void Regain(Channel channel, long atNs)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (IndexOfOpen(channel) is var index and >= 0 && _gaps.Count < MostGaps)
        {
            _gaps[index] = _gaps[index] with { ToNs = atNs };
        }
    }

    public void End(long atNs, bool interrupted)
    {
        EndedAtNs = atNs;
        Interrupted = interrupted;
    }

    /// <summary>The finding of the closed attempt; version 0, the fold numbers it. Pure: the same capture and context give the same finding.</summary>
    public abstract Finding Evaluate(AttemptContext context);

    protected virtual void OnGap(Channel channel, long atNs)
    {
    }

    /// <summary>True where the capture was interrupted in an interval a finding rests on.</summary>
    protected bool GapWithin(long fromNs, long toNs) => _gaps.Exists(g => g.FromNs < toNs && !(g.ToNs <= fromNs));

    protected Finding Draft(MeasurementState state, Method method, string printed)
    {
        ArgumentNullException.ThrowIfNull(method);
        string name = Identifiers.FindingName(Binding, Step.Key, Number, Step.Measure, Step.Site);
        return new Finding
        {
            Id = Identifiers.Version5(Examination, name),
            Version = 0,
            Name = name,
            Step = Step.Key,
            Attempt = Number,
            Measure = Step.Measure,
            Site = Step.Site,
            State = state,
            Unit = Step.Unit,
            Printed = printed,
            Method = method.Name,
            MethodVersion = method.Version,
            Links = [.. Channels.Select(c => c.Settings.Name)],
            FromAtNs = StartedAtNs,
            ToAtNs = EndedAtNs ?? StartedAtNs,
        };
    }

    protected Finding Unreadable(Method method, string reason) => Draft(MeasurementState.Unreadable, method, "unreadable") with { Reason = reason };

    private int IndexOfOpen(Channel channel)
    {
        for (int i = _gaps.Count - 1; i >= 0; i--)
        {
            if (_gaps[i].ToNs is null && _gaps[i].Link == channel.Settings.Name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>An end of the attempt that leaves nothing to read, or null.</summary>
    protected Finding? Broken(Method method) => Interrupted ? Unreadable(method, "interrupted: take the step again") : null;
}
