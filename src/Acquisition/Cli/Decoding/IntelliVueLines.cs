using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Vascular.Devices.IntelliVue;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>IntelliVue Data Export, either direction: a line for each message. RS-232 framing, or datagrams each after a 2-byte length: the first byte
/// of the stream tells, since no message is long enough for a length that begins like a frame.</summary>
public sealed class IntelliVueLines(IBufferWriter<byte> lines) : FrameLines(IntelliVueFraming.LongestLook, lines)
{
    private readonly byte[] _message = new byte[IntelliVueFraming.LongestMessage];
    private readonly List<IntelliVueNumeric> _numerics = [];
    private IntelliVueLine? _line;

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        fault = WireFault.None;
        if (wire.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        _line ??= wire.FirstSpan[0] <= IntelliVueFraming.LongestMessage >> 8 ? IntelliVueLine.Datagram : IntelliVueLine.Serial;
        OperationStatus status = IntelliVueFraming.TryRead(ref wire, _line.Value, _message, out int length, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        _numerics.Clear();
        fault = IntelliVueCodec.Parse(_message.AsSpan(0, length), _numerics, out IntelliVueMessage message);
        if (fault != WireFault.None)
        {
            return OperationStatus.InvalidData;
        }

        Utf8JsonWriter json = BeginLine(Offset, "frame");
        Write(json, message);
        EndLine();
        return status;
    }

    private void Write(Utf8JsonWriter json, in IntelliVueMessage message)
    {
        json.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(message.Kind.ToString()));
        if (message.Kind is IntelliVueKind.CreateEvent or IntelliVueKind.CreateResult or IntelliVueKind.Error or IntelliVueKind.Other)
        {
            json.WriteNumber("invoke_id", message.InvokeId);
        }

        if (message.Kind is not (IntelliVueKind.PollRequest or IntelliVueKind.PollResult))
        {
            return;
        }

        json.WriteNumber("invoke_id", message.InvokeId);
        json.WriteNumber("poll_number", message.PollNumber);
        if (message.Kind == IntelliVueKind.PollRequest)
        {
            return;
        }

        json.WriteString("linked", message.Linked == IntelliVueLinked.Whole ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(message.Linked.ToString()));
        json.WriteNumber("relative_time_s", message.RelativeTime / 8000m);
        WriteTime(json, "device_time", message.DeviceTime);
        WriteNumber(json, "tcpo2_mmHg", First(IntelliVueCodes.TcpO2));
        json.WriteStartArray("numerics");
        foreach (IntelliVueNumeric numeric in _numerics)
        {
            Write(json, numeric);
        }

        json.WriteEndArray();
    }

    private decimal? First(ushort code)
    {
        foreach (IntelliVueNumeric numeric in _numerics)
        {
            if (numeric.PhysiologicalId == code)
            {
                return numeric.Usable;
            }
        }

        return null;
    }

    private static void Write(Utf8JsonWriter json, in IntelliVueNumeric numeric)
    {
        json.WriteStartObject();
        json.WriteNumber("handle", numeric.Handle);
        json.WriteString("physiological_id", numeric.PhysiologicalId.ToString("X4", CultureInfo.InvariantCulture));
        json.WriteString("state", ((int)numeric.State).ToString("X4", CultureInfo.InvariantCulture));
        json.WriteString("unit", numeric.Unit.ToString("X4", CultureInfo.InvariantCulture));
        WriteNumber(json, "raw_value", numeric.Value);
        string? name = numeric.PhysiologicalId switch
        {
            IntelliVueCodes.TcpO2 => "tcpo2_mmHg",
            IntelliVueCodes.TcpCO2 => "tcpco2_mmHg",
            IntelliVueCodes.SensorTemperature => "electrode_temperature_celsius",
            IntelliVueCodes.HeatingPower => "heating_power_mW",
            IntelliVueCodes.SiteTimer => "site_timer_min",
            _ => null,
        };
        if (name is not null)
        {
            WriteNumber(json, name, numeric.Usable);
        }

        json.WriteEndObject();
    }
}
