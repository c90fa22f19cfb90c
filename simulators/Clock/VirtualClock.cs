using Vascular.Devices.Links;

namespace Vascular.Simulators.Clock;

/// <summary>Simulated time: one queue of events ordered by (time, source, order of scheduling), run on the caller's thread.</summary>
/// <remarks>No thread, no task and no system clock: two runs of the same program schedule and run the same events in the same order.
/// <see cref="NowNs"/> is 0 at the scenario's start and moves only inside <see cref="RunNext"/>.</remarks>
public sealed class VirtualClock : ITapeClock
{
    /// <summary>Events that may wait at once. A run that needs more is a bug (an event that schedules itself twice), so the loss is the run: it throws.</summary>
    public const int MostWaiting = 65_536;

    private readonly PriorityQueue<Action, (long AtNs, int Source, long Order)> waiting = new();
    private long scheduled;

    /// <summary>Nanoseconds since the scenario's start.</summary>
    public long NowNs { get; private set; }

    /// <summary>Time of the next event; null when none waits.</summary>
    public long? NextAtNs => waiting.TryPeek(out _, out var key) ? key.AtNs : null;

    public int Waiting => waiting.Count;

    /// <summary>Runs <paramref name="action"/> when <see cref="NowNs"/> reaches <paramref name="atNs"/>.</summary>
    /// <param name="source">Index of who schedules: of two events at one instant the lower source goes first.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is past.</exception>
    /// <exception cref="InvalidOperationException"><see cref="MostWaiting"/> events wait already.</exception>
    public void Schedule(long atNs, int source, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentOutOfRangeException.ThrowIfLessThan(atNs, NowNs);
        if (waiting.Count >= MostWaiting)
        {
            throw new InvalidOperationException($"{MostWaiting} events wait on the virtual clock at {NowNs} ns; something schedules itself more than once.");
        }

        waiting.Enqueue(action, (atNs, source, scheduled++));
    }

    /// <summary>Moves time to the next event and runs it; false when none waits.</summary>
    public bool RunNext()
    {
        if (!waiting.TryDequeue(out Action? action, out var key))
        {
            return false;
        }

        NowNs = key.AtNs;
        action();
        return true;
    }

    /// <summary>Runs every event due at or before <paramref name="atNs"/>, then sets <see cref="NowNs"/> to it.</summary>
    public void RunUntil(long atNs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atNs, NowNs);
        while (NextAtNs <= atNs)
        {
            RunNext();
        }

        NowNs = atNs;
    }
}
