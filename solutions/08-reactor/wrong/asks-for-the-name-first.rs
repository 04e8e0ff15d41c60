//! exercise: 8.12
//! test: chat_server::one_has_no_name
//! verdict: wrong
//! message: ann hears nothing more
//! rule: A client that says nothing holds up no other.
//!
//! The name is the first thing to know of a client, so it is asked for before anything is started for this client. All
//! others are asked in the same loop. One that connects and says nothing, such as a browser that connects in advance,
//! keeps out all who come later.

<<<<<<< solution
        let room = room.clone();
        drop(spawn(async move {
            if let Err(error) = serve(stream, number, &room).await {
                eprintln!("client {number}: {error}");
            }
            drop(place);
        }));
=======
        let (reader, writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        let Ok(Some(name)) = lines.next_line().await else {
            continue;
        };
        let room = room.clone();
        drop(spawn(async move {
            let hears = spawn(hear(writer, number, room.subscribe(), name.clone()));
            say(&room, Some(number), format!("* {name} comes"));
            let spoken = speak(&mut lines, number, &name, &room).await;
            say(&room, Some(number), format!("* {name} goes"));
            match spoken {
                Ok(()) => drop(hears.await),
                Err(_) => hears.abort(),
            }
            drop(place);
        }));
>>>>>>> wrong
