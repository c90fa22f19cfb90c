using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Vascular.Acquisition.Archive;
using Vascular.Processing.Angiography;

namespace Vascular.Acquisition.Bedside;

/// <summary>Pixels for the browser on this machine: frames as the archive decoded them, frames with the mask taken off, maps. docs/cine-stream.md.</summary>
/// <remarks>Addresses carry the random word of an open run and no study. Nothing may be stored by the browser or taken over by a page of another origin.</remarks>
internal static class FrameDoor
{
    /// <summary>Frames in one answer.</summary>
    public const int MostFrames = 16;

    public static void Map(WebApplication app, ReadingRoom room)
    {
        app.MapGet("/frames/{token}", (HttpContext http, string token) => FramesAsync(http, room, token));
        app.MapGet("/frames/{token}/map/{name}", (HttpContext http, string token, string name) => MapAsync(http, room, token, name));
    }

    private static async Task FramesAsync(HttpContext http, ReadingRoom room, string token)
    {
        bool subtracted = http.Request.Query["as"] == "subtracted";
        if (room.Find(token) is not { } open || (subtracted && open.Run is null))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!Number(http, "from", out int from) || !Number(http, "count", out int count) || count is < 1 or > MostFrames || from < 0 || from > open.Image.Frames - count)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        int size = subtracted ? 2 * open.Image.Rows * open.Image.Columns : open.Image.FrameBytes;
        Private(http, (long)size * count);
        byte[] frame = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            for (int k = from; k < from + count; k++)
            {
                if (subtracted)
                {
                    open.CopySubtracted(k, frame.AsSpan(0, size));
                }
                else
                {
                    open.Copy(k, frame.AsSpan(0, size));
                }

                await http.Response.Body.WriteAsync(frame.AsMemory(0, size), http.RequestAborted);
            }
        }
        catch (ObjectDisposedException)
        {
            http.Abort();   // closed for another run meanwhile: an answer cut short is no frame
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private static async Task MapAsync(HttpContext http, ReadingRoom room, string token, string name)
    {
        if (room.Find(token) is not { Run: not null } open || PerfusionParameters.Of(name) is not { } parameter)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        PerfusionMap map = await Task.Run(() => open.Map(null), http.RequestAborted);
        byte[] bytes = MemoryMarshal.AsBytes(map[parameter]).ToArray();
        Private(http, bytes.Length);
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    private static bool Number(HttpContext http, string name, out int number) =>
        int.TryParse(http.Request.Query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static void Private(HttpContext http, long length)
    {
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = length;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
