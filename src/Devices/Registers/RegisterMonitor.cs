using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Registers;

/// <summary>The fold over a link whose tape holds one text line for each read of a register or attribute (<see cref="RegisterCodec"/>).</summary>
/// <typeparam name="TValue">What some lines together say.</typeparam>
/// <remarks>The device is never written to: the link's driver asks it.</remarks>
public abstract class RegisterMonitor<TValue> : WireMonitor<TValue?>
    where TValue : struct
{
    protected RegisterMonitor()
        : base(RegisterCodec.LongestLook)
    {
    }

    /// <summary>What a line says.</summary>
    /// <param name="value">Null: nothing yet, or it is of something else.</param>
    /// <returns>Range for a value that cannot be.</returns>
    protected abstract WireFault Read(in RegisterLine line, out TValue? value);

    /// <summary>A value as readings.</summary>
    protected abstract void Take(in TValue value, long atNs, IList<Reading> readings);

    protected sealed override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out TValue? frame, out WireFault fault)
    {
        frame = null;
        Span<byte> room = stackalloc byte[RegisterCodec.LongestLine];
        OperationStatus status = RegisterCodec.TryRead(ref wire, room, out RegisterLine line, out fault);
        if (status == OperationStatus.Done)
        {
            fault = Read(line, out frame);
        }

        return fault == WireFault.None ? status : OperationStatus.InvalidData;
    }

    protected sealed override void Take(in TValue? frame, long atNs, long behind, IList<Reading> readings)
    {
        if (frame is { } value)
        {
            Take(value, atNs, readings);
        }
    }

    /// <summary>No value, and why.</summary>
    protected static Reading Missing(ReadingKind kind, QualityMarks why, int detail, long atNs) =>
        new(kind, atNs, atNs, 0) { Marks = why | QualityMarks.Missing, Detail = detail };
}
