using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>A DICOMweb server of this process that answers as a test says: well, wrongly, without an end, or not at all. Its JSON is written by hand from PS3.18 annex F.</summary>
internal sealed class ScriptedArchive : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    public ScriptedArchive()
    {
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>Pictures of each study, by its number: 7 is the study 2.25.7.</summary>
    public SortedDictionary<int, int> Studies { get; } = [];

    /// <summary>Says the Number of Study Related Instances.</summary>
    public bool Counts { get; set; } = true;

    /// <summary>Hands out no more at once, and says that there is more.</summary>
    public int MostAtOnce { get; set; } = int.MaxValue;

    /// <summary>False: answers with everything, whatever page it is asked for.</summary>
    public bool KnowsPages { get; set; } = true;

    /// <summary>What is said in place of a good answer, by path; null: the good one.</summary>
    public Func<string, Reply?> Instead { get; set; } = _ => null;

    public ConcurrentQueue<string> Asked { get; } = [];

    public Uri Root => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/dicom-web/"));

    /// <summary>How often something was asked for whose path has this in it.</summary>
    public int Times(string part) => Asked.Count(path => path.Contains(part, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        stop.Dispose();
    }

    /// <summary>How an answer goes out on the wire; the connection is closed after it.</summary>
    internal delegate Task Reply(Stream wire, CancellationToken cancel);

    public static Reply Says(int status, string body, string head = "") => async (wire, cancel) =>
        await wire.WriteAsync(Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nContent-Type: application/dicom+json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{head}\r\n{body}")), cancel);

    /// <summary>A frame of so many bytes, not compressed (PS3.18 8.6.1).</summary>
    public static Reply Frame(int bytes) => async (wire, cancel) =>
    {
        string body = $"--b\r\nContent-Type: application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1\r\n\r\n{new string('x', bytes)}\r\n--b--\r\n";
        await wire.WriteAsync(Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: multipart/related; type=\"application/octet-stream\"; boundary=b\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}")), cancel);
    };

    /// <summary>Promises a body, sends a part of it and hangs up.</summary>
    public static readonly Reply Cut = async (wire, cancel) => await wire.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\nContent-Length: 5000\r\n\r\n[{\"0020000D\":"u8.ToArray(), cancel);

    /// <summary>Hangs up without a word, as a server that died.</summary>
    public static readonly Reply Dead = (_, _) => Task.CompletedTask;

    /// <summary>Promises a body, sends a part of it and then nothing.</summary>
    public static readonly Reply Stalled = async (wire, cancel) =>
    {
        await Cut(wire, cancel);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
    };

    /// <summary>Frames of the pictures it hands out: 8 x 8 pixels of 16 bits, each frame of one value.</summary>
    public static Reply Frames(int count) => async (wire, cancel) =>
    {
        using var body = new MemoryStream();
        for (int frame = 0; frame < count; frame++)
        {
            body.Write("--b\r\nContent-Type: application/octet-stream\r\n\r\n"u8);
            for (int pixel = 0; pixel < 64; pixel++)
            {
                body.Write(BitConverter.GetBytes((ushort)(500 + frame)));
            }

            body.Write("\r\n"u8);
        }

        body.Write("--b--\r\n"u8);
        await wire.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: multipart/related; type=\"application/octet-stream\"; boundary=b\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n")), cancel);
        await wire.WriteAsync(body.ToArray(), cancel);
    };

    /// <summary>Promises frames, sends half of one and hangs up.</summary>
    public static readonly Reply FramesCut = async (wire, cancel) => await wire.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: multipart/related; boundary=b\r\nContent-Length: 5000\r\n\r\n--b\r\n\r\nhalf of a frame"u8.ToArray(), cancel);

    public static readonly Reply Silent = (_, cancel) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);

    /// <summary>A list that begins and never ends.</summary>
    public static readonly Reply Endless = async (wire, cancel) =>
    {
        await wire.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\nConnection: close\r\n\r\n["u8.ToArray(), cancel);
        byte[] blanks = new byte[1 << 20];
        Array.Fill(blanks, (byte)' ');
        while (true)
        {
            await wire.WriteAsync(blanks, cancel);
        }
    };

    private async Task ServeAsync()
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                open.Add(AnswerAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream wire = client.GetStream();
                using var reader = new StreamReader(wire, Encoding.ASCII, leaveOpen: true);
                if (await reader.ReadLineAsync(stop.Token) is not { } asked)
                {
                    return;
                }

                string path = asked.Split(' ')[1]["/dicom-web/".Length..];
                while (!string.IsNullOrEmpty(await reader.ReadLineAsync(stop.Token)))
                {
                    // the head of the request
                }

                Asked.Enqueue(path);
                await (Instead(path) ?? Good(path))(wire, stop.Token);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // the client has seen enough, or the test is over
            }
        }
    }

    private Reply Good(string path)
    {
        string[] parts = path.Split('?')[0].Split('/');
        string Key(string name) => path.Split('?', '&').FirstOrDefault(p => p.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
        int study = parts.Length > 1 ? Number(parts[1]) : 0;
        return parts switch
        {
            [_] when Key("StudyInstanceUID") is { Length: > 0 } one => List(Studies.Where(s => s.Key == Number(one)).Select(s => Study(s.Key, s.Value)), "0"),
            [_] => List(Key("ModalitiesInStudy") == "XA" ? Studies.Select(s => Study(s.Key, s.Value)) : [], Key("offset")),
            [_, _, "instances"] => List(Enumerable.Range(1, Studies.GetValueOrDefault(study)).Select(n => Instance(study, n)), Key("offset")),
            [.., var instance, "metadata"] => Says(200, new JsonArray(Header(study, int.Parse(instance.Split('.')[^1], CultureInfo.InvariantCulture))).ToJsonString()),
            _ => Says(404, ""),
        };
    }

    private Reply List(IEnumerable<JsonObject> found, string offset)
    {
        JsonObject[] from = [.. found.Skip(KnowsPages ? int.Parse(offset, CultureInfo.InvariantCulture) : 0)], now = [.. from.Take(KnowsPages ? Math.Min(100, MostAtOnce) : int.MaxValue)];
        return now.Length == 0 ? Says(204, "") : Says(200, new JsonArray(now).ToJsonString(), now.Length < from.Length ? "Warning: 299 pacs: \"additional results can be requested\"\r\n" : "");
    }

    private JsonObject Study(int number, int pictures)
    {
        JsonObject study = new() { ["0020000D"] = Value("UI", $"2.25.{number}"), ["00100020"] = Value("LO", $"P-{number}") };
        if (Counts)
        {
            study["00201208"] = Value("IS", pictures);
        }

        return study;
    }

    private static JsonObject Instance(int study, int number) => new()
    {
        ["0020000E"] = Value("UI", $"2.25.{study}.0"), ["00080018"] = Value("UI", $"2.25.{study}.{number}"), ["00080060"] = Value("CS", "XA"),
    };

    private static JsonObject Header(int study, int number)
    {
        JsonObject header = Instance(study, number);
        header["0020000D"] = Value("UI", $"2.25.{study}");
        foreach ((string tag, JsonNode value) in new (string, JsonNode)[] { ("00280002", 1), ("00280004", "MONOCHROME2"), ("00280008", 3), ("00280010", 8), ("00280011", 8), ("00280100", 16), ("00280101", 12), ("00280102", 11), ("00280103", 0), ("00200062", "R") })
        {
            header[tag] = Value("CS", value);
        }

        return header;
    }

    private static JsonObject Value(string vr, JsonNode value) => new() { ["vr"] = vr, ["Value"] = new JsonArray(value) };

    private static int Number(string uid) => int.Parse(uid.Split('.')[2], CultureInfo.InvariantCulture);
}
