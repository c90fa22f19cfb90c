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

/// <summary>One attempt at a protocol step: what the bound channels said between start and stop.</summary>
/// <remarks>Captured once and never changed by later acts; what acts change is how it is read (<see cref="Evaluate"/>).</remarks>
public abstract class Attempt
{
    private readonly List<(string Link, long AtNs)> _gaps = [];

    protected Attempt(Guid examination, ProtocolStep step, int number, int binding, NumberedAct start, IReadOnlyList<Channel> channels, IReadOnlyList<int> bindActs)
    {
        ArgumentNullException.ThrowIfNull(start);
        Examination = examination;
        Step = step;
        Number = number;
        Binding = binding;
        StartedBy = start.Number;
        StartedAtNs = start.AtNs;
        Channels = channels;
        BindActs = bindActs;
    }

    public Guid Examination { get; }

    public ProtocolStep Step { get; }

    /// <summary>From 1 for each step.</summary>
    public int Number { get; }

    public int Binding { get; }

    public int StartedBy { get; }

    public long StartedAtNs { get; }

    public long? EndedAtNs { get; private set; }

    /// <summary>True when a crash or a lost binding ended it, not the operator.</summary>
    public bool Interrupted { get; private set; }

    public IReadOnlyList<Channel> Channels { get; }

    /// <summary>Acts that said where the channels sit: a finding stands and falls with them.</summary>
    public IReadOnlyList<int> BindActs { get; }

    /// <summary>Interruptions of the capture: a line closed, fell silent, or lost frames.</summary>
    public IReadOnlyList<(string Link, long AtNs)> Gaps => _gaps;

    public bool IsClosed => EndedAtNs is not null;

    public bool Uses(Channel channel) => Channels.Contains(channel);

    /// <summary>What the bound channel said.</summary>
    public abstract void Take(Channel channel, in Reading reading);

    /// <summary>The capture of a channel is interrupted here. Never bridged.</summary>
    public void Gap(Channel channel, long atNs)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (_gaps.Count < 1000)
        {
            _gaps.Add((channel.Settings.Name, atNs));
        }

        OnGap(channel, atNs);
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

    protected bool GapWithin(long fromNs, long toNs) => _gaps.Exists(g => g.AtNs >= fromNs && g.AtNs <= toNs);

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

    /// <summary>An end of the attempt that leaves nothing to read, or null.</summary>
    protected Finding? Broken(Method method) => Interrupted ? Unreadable(method, "interrupted: take the step again") : null;
}
