using System.Buffers;
using System.Globalization;
using System.Text;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Sensors;

/// <summary>A chip that is asked once a period, as a link that polls it puts it on the tape: one line for each read.</summary>
/// <remarks>A line that was cut and comes back begins at the next period; what was not read meanwhile is not there. The lines are written here by themselves: nothing is shared with their reader.</remarks>
public abstract class SimulatedSensor : ISimulatedDevice
{
    private const long ReadNs = 2_000_000;      // a short transfer and what the chip needs for it (assumed)

    private readonly long periodNs;
    private readonly Queue<(long AtNs, string Line)> said = new();
    private long poll;

    protected SimulatedSensor(string name, long periodNs) => (Name, this.periodNs) = (name, periodNs);

    public string Name { get; }

    public bool IsUp { get; private set; }

    public long? NextAtNs => !IsUp ? null : said.TryPeek(out (long AtNs, string Line) next) ? next.AtNs : (poll * periodNs) + ReadNs;

    public abstract string TrueValueName { get; }

    public virtual void Connected(long atNs)
    {
        (IsUp, poll) = (true, (atNs / periodNs) + 1);
        said.Clear();
    }

    public void Disconnected(long atNs) => IsUp = false;

    /// <summary>Nothing is written to it.</summary>
    public void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
    }

    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        if (NextAtNs is not { } due || due > atNs)
        {
            return;
        }

        if (said.Count == 0)
        {
            long lineNs = due;
            foreach (string line in Poll(poll * periodNs))
            {
                said.Enqueue((lineNs, line));
                lineNs += ReadNs;
            }

            poll++;
        }

        wire.Write(Encoding.ASCII.GetBytes(said.Dequeue().Line + "\n"));
    }

    public abstract double? TrueValue(long atNs);

    /// <summary>The lines of one poll, at least one, without their ends.</summary>
    protected abstract IEnumerable<string> Poll(long atNs);

    /// <summary>A line of a register.</summary>
    protected static string Line(string chip, string register, params ReadOnlySpan<byte> bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{chip}/{register}\t0x{Convert.ToHexString(bytes)}");
}
