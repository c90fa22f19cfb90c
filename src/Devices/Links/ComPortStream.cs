using System.Buffers;
using System.Buffers.Binary;

namespace Vascular.Devices.Links;

/// <summary>The bytes of a serial port behind an RFC 2217 server, over the server's connection.</summary>
/// <remarks>A read gives the data of one read of the connection; what is no data (negotiation, notifications) is taken out and kept in its place.
/// While the server asks for a pause (FLOWCONTROL-SUSPEND) a write waits.</remarks>
internal sealed class ComPortStream(Stream connection, TimeProvider time) : Stream
{
    private const int ReadSize = 4096;

    private readonly TelnetDecoder decoder = new();
    private readonly byte[] wire = new byte[ReadSize];
    private readonly SemaphoreSlim writing = new(1);
    private readonly ArrayBufferWriter<byte> replies = new();
    private readonly Dictionary<byte, int> answers = [];
    private int at;
    private int end;
    private TaskCompletionSource? resumed;
    private volatile int inputs = -1; // modem lines as last told; read by whoever watches them

    /// <summary>Told of each error the server notices on its line.</summary>
    internal Action<LineErrors>? Erred { get; init; }

    /// <summary>Errors so far; 0 each where the server does not tell.</summary>
    internal LineErrors Errors { get; private set; }

    /// <summary>Modem lines as last told; null until then.</summary>
    internal SerialInputs? Inputs => inputs < 0 ? null : (SerialInputs)inputs;

    /// <summary>Sets the line as wanted and hears what is in force.</summary>
    /// <returns>What a person should know; null for nothing.</returns>
    /// <exception cref="IOException">The server made something else of it, or gave no answer within <paramref name="limit"/>. The message is the reason alone.</exception>
    internal async ValueTask<string?> SetAsync(LinkSettings.Rfc2217 settings, TimeSpan limit, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        var outgoing = new ArrayBufferWriter<byte>(128);
        try
        {
            foreach (byte option in (byte[])[TelnetDecoder.Binary, TelnetDecoder.SuppressGoAhead])
            {
                ComPort.Negotiate(outgoing, TelnetDecoder.Will, option);
                ComPort.Negotiate(outgoing, TelnetDecoder.Do, option);
            }

            ComPort.Negotiate(outgoing, TelnetDecoder.Will, ComPort.Option);
            await SendAsync(outgoing, ending.Token);
            if (!await IsTakenAsync(ending.Token))
            {
                return "the server has no RFC 2217: set speed and parity there";
            }

            WriteSettings(outgoing, settings);
            await SendAsync(outgoing, ending.Token);
            await HearAsync(
                () => answers.ContainsKey(ComPort.SetSpeed) && answers.ContainsKey(ComPort.SetDataBits) && answers.ContainsKey(ComPort.SetParity)
                    && answers.ContainsKey(ComPort.SetStopBits) && answers.ContainsKey(ComPort.Purge),
                ending.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new IOException($"no answer within {limit.TotalSeconds:0} s");
        }

        Compare("speed", settings.Baud, ComPort.SetSpeed);
        Compare("data bits", settings.DataBits, ComPort.SetDataBits);
        Compare("parity", ComPort.ParityOf(settings.Parity), ComPort.SetParity);
        Compare("stop bits", settings.StopBits, ComPort.SetStopBits);
        return null;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (at == end)
            {
                at = 0;
                end = await connection.ReadAsync(wire.AsMemory(0, Math.Min(wire.Length, buffer.Length)), cancellationToken);
                if (end == 0)
                {
                    return 0;
                }
            }

            int count = TakeData(buffer.Span);
            if (replies.WrittenCount > 0)
            {
                await SendAsync(replies, cancellationToken);
            }

            if (count > 0)
            {
                return count;
            }
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref resumed) is { } pause)
        {
            await pause.Task.WaitAsync(cancellationToken);
        }

        var escaped = new ArrayBufferWriter<byte>(buffer.Length + 16);
        ComPort.Data(escaped, buffer.Span);
        await SendAsync(escaped, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Number(ReadOnlySpan<byte> value) => value.Length switch
    {
        1 => value[0],
        4 => BinaryPrimitives.ReadInt32BigEndian(value),
        _ => -1,
    };

    private static void WriteSettings(ArrayBufferWriter<byte> outgoing, LinkSettings.Rfc2217 settings)
    {
        ComPort.OrderSpeed(outgoing, settings.Baud);
        ComPort.Order(outgoing, ComPort.SetDataBits, (byte)settings.DataBits);
        ComPort.Order(outgoing, ComPort.SetParity, ComPort.ParityOf(settings.Parity));
        ComPort.Order(outgoing, ComPort.SetStopBits, (byte)settings.StopBits);
        ComPort.Order(outgoing, ComPort.SetControl, settings.Flow == SerialFlow.RtsCts ? ComPort.HardwareFlow : ComPort.NoFlow);
        ComPort.Order(outgoing, ComPort.SetControl, settings.Dtr ? ComPort.DtrOn : ComPort.DtrOff);
        if (settings.Flow == SerialFlow.None)
        {
            ComPort.Order(outgoing, ComPort.SetControl, settings.Rts ? ComPort.RtsOn : ComPort.RtsOff);
        }

        ComPort.Order(outgoing, ComPort.LineStateMask, (byte)(LineErrors.Overrun | LineErrors.Parity | LineErrors.Framing | LineErrors.Break));
        ComPort.Order(outgoing, ComPort.ModemStateMask, 0xFF);
        ComPort.Order(outgoing, ComPort.Purge, ComPort.PurgeBoth);
    }

    /// <summary>Whether the server agrees to the option.</summary>
    private async ValueTask<bool> IsTakenAsync(CancellationToken cancel)
    {
        await HearAsync(() => answers.ContainsKey(ComPort.Option), cancel);
        return answers[ComPort.Option] == TelnetDecoder.Do;
    }

    /// <summary>Reads until the answers are there. Data before them belongs to a line that was not yet set, and is dropped.</summary>
    private async ValueTask HearAsync(Func<bool> heard, CancellationToken cancel)
    {
        byte[] dropped = new byte[ReadSize];
        while (!heard())
        {
            if (at == end)
            {
                at = 0;
                end = await connection.ReadAsync(wire, cancel);
                if (end == 0)
                {
                    throw new IOException("the server closed the connection");
                }
            }

            TakeCommand(dropped, out _);
            await SendAsync(replies, cancel);
        }
    }

    private int TakeData(Span<byte> data)
    {
        int all = 0;
        while (at < end)
        {
            TakeCommand(data[all..], out int count);
            all += count;
        }

        return all;
    }

    private void TakeCommand(Span<byte> data, out int count)
    {
        ReadOnlySpan<byte> rest = wire.AsSpan(at, end - at);
        TelnetCommand? command = decoder.Take(ref rest, data, out count);
        at = end - rest.Length;
        if (command is { Verb: TelnetDecoder.Begin, Option: ComPort.Option } told)
        {
            Hear(told.Payload.Span);
        }
        else if (command is { } asked)
        {
            Reply(asked);
        }
    }

    private void Reply(in TelnetCommand asked)
    {
        if (asked.Option == ComPort.Option)
        {
            answers.TryAdd(ComPort.Option, asked.Verb);
            return;
        }

        // these two were offered and asked for already; everything else is declined
        if (asked.Option is not (TelnetDecoder.Binary or TelnetDecoder.SuppressGoAhead) && asked.Verb is TelnetDecoder.Will or TelnetDecoder.Do)
        {
            ComPort.Negotiate(replies, asked.Verb == TelnetDecoder.Will ? TelnetDecoder.Dont : TelnetDecoder.Wont, asked.Option);
        }
    }

    private void Hear(ReadOnlySpan<byte> told)
    {
        if (told.IsEmpty)
        {
            return;
        }

        int command = told[0] - ComPort.Answered;
        ReadOnlySpan<byte> value = told[1..];
        switch (command)
        {
            case ComPort.LineState when value.Length == 1:
                LineErrors errors = (LineErrors)value[0] & (LineErrors.Overrun | LineErrors.Parity | LineErrors.Framing | LineErrors.Break);
                Errors |= errors;
                if (errors != LineErrors.None)
                {
                    Erred?.Invoke(errors);
                }

                break;

            case ComPort.ModemState when value.Length == 1:
                inputs = value[0] & 0xF0;
                break;

            case ComPort.Suspend:
                resumed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                break;

            case ComPort.Resume:
                resumed?.TrySetResult();
                resumed = null;
                break;

            case > 0 and <= ComPort.Purge:
                answers[(byte)command] = Number(value);
                break;
        }
    }

    /// <summary>Sends all and empties the buffer.</summary>
    private async ValueTask SendAsync(ArrayBufferWriter<byte> bytes, CancellationToken cancel)
    {
        if (bytes.WrittenCount == 0)
        {
            return;
        }

        await writing.WaitAsync(cancel);
        try
        {
            await connection.WriteAsync(bytes.WrittenMemory, cancel);
        }
        finally
        {
            bytes.ResetWrittenCount();
            writing.Release();
        }
    }

    private void Compare(string what, int wanted, byte command)
    {
        if (answers[command] != wanted)
        {
            throw new IOException($"{what}: {answers[command]} in place of {wanted}");
        }
    }

    // what a byte line does not ask of a stream
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();
}
